//! The table of what programs can ask.

use super::parameters::{OF_EXPORT, OF_LISTS, OF_PROMPT, OF_PROMPTS, OF_SNIPPET, Parameter};

/// Something programs can ask.
#[derive(Debug)]
pub(in crate::web) struct Operation {
    /// Its name in programs, and what its texts are found by.
    pub(in crate::web) id: &'static str,
    /// Its addresses, as the table of routes has them.
    pub(in crate::web) path: &'static str,
    /// What its query may hold.
    pub(super) parameters: &'static [Parameter],
    pub(super) answer: Answer,
    /// The query of an example; what is in braces in the path is taken from the content.
    pub(super) example: &'static str,
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A page of a list, of this schema.
    List(&'static str),
    /// A document of this schema, which may have got another address.
    Document(&'static str),
    /// A line of JSON for each prompt.
    Lines,
    /// A row for each prompt.
    Table,
}

/// Everything that can be asked, in the order it is described.
pub(in crate::web) fn all() -> &'static [Operation] {
    &OPERATIONS
}

static OPERATIONS: [Operation; 10] = [
    Operation {
        id: "listPrompts",
        path: "/api/v1/prompts",
        parameters: OF_PROMPTS,
        answer: Answer::List("PromptList"),
        example: "?category=photography&per_page=1",
    },
    Operation {
        id: "getPrompt",
        path: "/api/v1/prompts/{slug}",
        parameters: OF_PROMPT,
        answer: Answer::Document("PromptDocument"),
        example: "?snippets=false",
    },
    Operation {
        id: "getSnippet",
        path: "/api/v1/prompts/{slug}/snippets/{language}",
        parameters: OF_SNIPPET,
        answer: Answer::Document("SnippetDocument"),
        example: "",
    },
    Operation {
        id: "listCategories",
        path: "/api/v1/categories",
        parameters: OF_LISTS,
        answer: Answer::List("ListDocument_CategoryDocument"),
        example: "?per_page=1",
    },
    Operation {
        id: "listModels",
        path: "/api/v1/models",
        parameters: OF_LISTS,
        answer: Answer::List("ListDocument_ModelDocument"),
        example: "?per_page=1",
    },
    Operation {
        id: "listTags",
        path: "/api/v1/tags",
        parameters: OF_LISTS,
        answer: Answer::List("ListDocument_TagDocument"),
        example: "?per_page=1",
    },
    Operation {
        id: "listLanguages",
        path: "/api/v1/languages",
        parameters: OF_LISTS,
        answer: Answer::List("ListDocument_LanguageDocument"),
        example: "?per_page=1",
    },
    Operation {
        id: "listAgents",
        path: "/api/v1/agents",
        parameters: OF_LISTS,
        answer: Answer::List("ListDocument_AgentDocument"),
        example: "?per_page=1",
    },
    Operation {
        id: "exportJsonl",
        path: "/api/v1/export.jsonl",
        parameters: OF_EXPORT,
        answer: Answer::Lines,
        example: "",
    },
    Operation {
        id: "exportCsv",
        path: "/api/v1/export.csv",
        parameters: OF_EXPORT,
        answer: Answer::Table,
        example: "",
    },
];

impl Operation {
    /// The names of the variable parts of its path.
    pub(super) fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}
