//! Which column of a collection is which field of a prompt.
//!
//! What is told counts; for the rest, the names of columns in English and Chinese are known well
//! enough to guess. A guess is shown before anything comes of it.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::{Locale, Object, did_you_mean};
use crate::collection::{Collection, Row, TEXT};
use crate::seed::read::KEY;

/// The name of the file.
pub(in crate::seed) const SLUG: &str = "slug";

/// Every field a column can be, and what else columns of this meaning are called: the first
/// that is there is taken. Names are compared without case and marks.
const FIELDS: [(&str, &[&str]); 21] = [
    (SLUG, &[]),
    (KEY, &["id", "uid", "uuid", "number", "no", "编号", "序号"]),
    (
        TEXT,
        &[
            "prompt",
            "prompt text",
            "full prompt",
            "prompt en",
            "content",
            "body",
            "提示词",
            "提示语",
            "提示词内容",
            "指令",
            "正文",
            "内容",
            "文本",
        ],
    ),
    ("title", &["name", "act", "heading", "标题", "名称", "题目", "角色"]),
    ("description", &["desc", "summary", "intro", "introduction", "描述", "简介", "说明", "介绍"]),
    ("category", &["类别", "分类", "类目", "栏目"]),
    ("endpoint", &["端点", "接口"]),
    ("model", &["模型"]),
    ("language", &["lang", "locale", "语言"]),
    ("tags", &["tag", "keywords", "labels", "标签", "关键词"]),
    ("status", &["状态"]),
    ("publish_at", &["发布时间"]),
    ("successor", &[]),
    ("created", &["date", "created at", "日期", "创建日期", "创建时间"]),
    ("featured", &["精选", "推荐"]),
    ("author", &["creator", "credit", "by", "作者"]),
    ("source_url", &["source", "url", "link", "来源", "链接", "出处", "来源链接"]),
    ("license", &["licence", "许可", "许可证", "授权", "协议"]),
    ("aliases", &[]),
    ("params", &["parameters", "参数"]),
    ("accept", &[]),
];

/// Further fields, which no other name is guessed for.
const MORE: [&str; 2] = ["blanks", "media"];

/// Fields with a text for each language.
pub(in crate::seed) const LOCAL: [&str; 2] = ["title", "description"];

/// What is told of a collection, by flags or in a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// What the collection is called; its keys are kept under this name.
    pub name: Option<String>,
    /// The column that tells its rows apart.
    pub key: Option<String>,
    /// Fields and their columns; an empty column for a field that has none.
    pub map: Object,
    /// What fields are where neither the row nor the file says it.
    pub set: Object,
    /// For a field, what its values are called here.
    pub values: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// With the line, where it is none.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            (1 + before.matches('\n').count(), error.message().to_owned())
        })
    }
}

/// A column and what is made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name; with dots where it is inside of another.
    pub column: String,
    /// The field; none where it is passed over.
    pub field: Option<String>,
    /// Whether that was guessed.
    pub guessed: bool,
}

/// The columns of a collection, those that are used first.
///
/// # Errors
/// What is wrong with what was told, each with its remedy.
pub(super) fn resolve(
    collection: &Collection,
    mapping: &Mapping,
) -> Result<Vec<Column>, Vec<String>> {
    let mut faults = Vec::new();
    let mut columns: Vec<Column> = Vec::new();
    let mut taken: HashSet<&str> = HashSet::new();
    let mut told = Vec::new();
    flatten(&mapping.map, "", &mut told);
    told.extend(mapping.key.as_ref().map(|column| (KEY.to_owned(), column.clone())));
    let mut silenced: HashSet<String> = HashSet::new();
    for (field, column) in told {
        if let Some(fault) = field_fault(&field) {
            faults.push(fault);
        }
        if column.is_empty() {
            silenced.insert(field);
            continue;
        }
        let is_there = collection.columns.contains(&column)
            || collection.rows.iter().any(|row| value(row, &column).is_some());
        if !is_there {
            let known = collection.columns.iter().map(String::as_str);
            let hint = did_you_mean(&column, known).map_or_else(
                || format!("columns are {}", collection.columns.join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            faults.push(format!("map {field}: there is no column \"{column}\"; {hint}"));
        }
        columns.push(Column { column, field: Some(field), guessed: false });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let is_told = |columns: &[Column], field: &str| {
        columns.iter().any(|column| column.field.as_deref() == Some(field))
    };
    let names: Vec<(String, &str)> =
        collection.columns.iter().map(|name| (bare(name), name.as_str())).collect();
    let used: HashSet<String> = columns.iter().map(|column| column.column.clone()).collect();
    taken.extend(used.iter().map(String::as_str));
    let mut guess = |columns: &mut Vec<Column>, field: String, called: &[String]| {
        if silenced.contains(&field) || is_told(columns, &field) {
            return;
        }
        let free = |name: &String| {
            names.iter().find(|(bare, own)| bare == name && !taken.contains(own)).map(|(_, n)| *n)
        };
        if let Some(name) = called.iter().find_map(free) {
            taken.insert(name);
            columns.push(Column { column: name.to_owned(), field: Some(field), guessed: true });
        }
    };
    for (field, others) in FIELDS {
        let called: Vec<String> =
            std::iter::once(field).chain(others.iter().copied()).map(bare).collect();
        if LOCAL.contains(&field) {
            for locale in Locale::ALL {
                let called: Vec<String> = called
                    .iter()
                    .flat_map(|name| {
                        marks(locale).iter().flat_map(move |mark| {
                            [format!("{name}{mark}"), format!("{mark}{name}")]
                        })
                    })
                    .collect();
                guess(&mut columns, format!("{field}.{locale}"), &called);
            }
        }
        guess(&mut columns, field.to_owned(), &called);
    }
    for field in MORE {
        guess(&mut columns, field.to_owned(), &[bare(field)]);
    }
    for (_, name) in &names {
        let parameter = name.strip_prefix("params.").filter(|parameter| !parameter.is_empty());
        if let Some(parameter) = parameter
            && taken.insert(name)
        {
            let field = Some(format!("params.{parameter}"));
            columns.push(Column { column: (*name).to_owned(), field, guessed: true });
        }
    }
    if !is_told(&columns, TEXT) {
        return Err(vec![format!(
            "no column looks like the text of the prompts; say which, as in --map text=COLUMN; \
             columns are {}",
            collection.columns.join(", ")
        )]);
    }
    // A number that counts rows is no key where the name of the file is there, which is one.
    if is_told(&columns, SLUG) {
        columns.retain(|column| {
            let is_guess = column.guessed && column.field.as_deref() == Some(KEY);
            !is_guess || column.column == KEY
        });
    }
    let used: HashSet<String> = columns.iter().map(|column| column.column.clone()).collect();
    let rest = collection.columns.iter().filter(|name| !used.contains(*name));
    columns.extend(rest.map(|name| Column { column: name.clone(), field: None, guessed: true }));
    Ok(columns)
}

/// The value of a row in a column, which may be inside of another: `source.author`.
pub(super) fn value<'a>(row: &'a Row, column: &str) -> Option<&'a Value> {
    fn inside<'a>(values: &'a Object, column: &str) -> Option<&'a Value> {
        if let Some(value) = values.get(column) {
            return Some(value);
        }
        column.match_indices('.').find_map(|(at, _)| {
            let (outer, inner) = (column.get(..at)?, column.get(at + 1..)?);
            inside(values.get(outer)?.as_object()?, inner)
        })
    }
    inside(&row.values, column)
}

/// `title.en = "a"` may be written with its dot inside quotation marks or not.
fn flatten(map: &Object, prefix: &str, told: &mut Vec<(String, String)>) {
    for (name, value) in map {
        let field = format!("{prefix}{name}");
        match value {
            Value::Object(inner) => flatten(inner, &format!("{field}."), told),
            Value::String(column) => told.push((field, column.clone())),
            other => told.push((field, other.to_string())),
        }
    }
}

/// Why there is no such field.
fn field_fault(field: &str) -> Option<String> {
    let known = || FIELDS.iter().map(|(name, _)| *name).chain(MORE);
    let (root, below) = field.split_once('.').map_or((field, None), |(a, b)| (a, Some(b)));
    if !known().any(|name| name == root) {
        let hint = did_you_mean(root, known()).map_or_else(
            || format!("known are {}", known().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        );
        return Some(format!("map {field}: there is no such field; {hint}"));
    }
    match below {
        Some(tag) if LOCAL.contains(&root) && Locale::from_tag(tag).is_none() => {
            let known = Locale::ALL.map(|locale| format!("{root}.{locale}")).join(" and ");
            Some(format!("map {field}: unknown language; known are {known}"))
        }
        Some(_) if !LOCAL.contains(&root) && root != "params" => {
            Some(format!("map {field}: has nothing inside; write {root}"))
        }
        _ => None,
    }
}

/// How column names and values name a language.
pub(super) const fn marks(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::En => &["en", "english", "enus", "eng", "英文", "英语"],
        Locale::ZhCn => &["zhcn", "zh", "cn", "chinese", "zhhans", "chs", "中文", "简体中文"],
    }
}

/// A name without case and marks.
pub(super) fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
