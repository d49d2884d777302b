//! Reading the cards of a search: with all the words a prompt is found by.

use sqlx::{AssertSqlSafe, FromRow};

use crate::catalog::LocalText;

use super::read::{CARD, CardRow, json};
use super::shown::SHOWN;
use super::{Card, Error, Store};

/// What a prompt is found by and its card does not show.
#[derive(Clone, Debug)]
pub struct CardWords {
    /// Its text.
    pub text: String,
    /// Its description, Markdown.
    pub description: LocalText,
    /// Words it is filed under.
    pub tags: Vec<String>,
    /// Who wrote it.
    pub author: Option<String>,
}

#[derive(FromRow)]
struct FoundRow {
    #[sqlx(flatten)]
    card: CardRow,
    found_text: String,
    found_description: String,
    found_author: Option<String>,
    found_tags: String,
}

impl Store {
    /// The cards of these prompts with all the words they are found by, in this order;
    /// unknown ids are left out.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn found_cards(&self, ids: &[i64]) -> Result<Vec<Card>, Error> {
        let rows: Vec<FoundRow> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT card.*, found.text AS found_text, found.description AS found_description, \
             found.author AS found_author, \
             (SELECT json_group_array(tag) FROM (SELECT tag FROM prompt_tags \
              WHERE prompt_id = found.id ORDER BY position, tag)) AS found_tags \
             FROM json_each(?2) wanted JOIN {SHOWN} found ON found.id = wanted.value \
             JOIN ({CARD}) card ON card.id = found.id ORDER BY wanted.key"
        )))
        .bind(self.now())
        .bind(serde_json::Value::from(ids).to_string())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(FoundRow::parse).collect()
    }
}

impl FoundRow {
    fn parse(self) -> Result<Card, Error> {
        let mut card = self.card.parse()?;
        let key = card.slug.as_str();
        card.words = Some(Box::new(CardWords {
            description: json("prompts", "description", key, &self.found_description)?,
            tags: json("prompt_tags", "tag", key, &self.found_tags)?,
            text: self.found_text,
            author: self.found_author,
        }));
        Ok(card)
    }
}
