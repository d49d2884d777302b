//! The API call: the one value everything a visitor can copy is made from.

use serde_json::Value;

use super::{Endpoint, Object, Platform, Service};

/// One call of one endpoint with one text.
///
/// The text may be a stored prompt or one with its blanks filled; whoever renders a call
/// (a snippet, an agent instruction, JSON, Markdown) sees only this value, so that all of
/// them say the same.
#[derive(Clone, Copy, Debug)]
pub struct ApiCall<'a> {
    /// The gateway.
    pub platform: &'a Platform,
    /// The service called.
    pub service: &'a Service,
    /// The endpoint called.
    pub endpoint: &'a Endpoint,
    /// The model asked for; none where the endpoint takes none.
    pub model: Option<&'a str>,
    /// The parameters set, in the order their author wrote them.
    pub params: &'a Object,
    /// The prompt, verbatim.
    pub text: &'a str,
}

impl ApiCall<'_> {
    /// The path, `/api/v1/gpt_image_2/text_to_image`.
    #[must_use]
    pub fn path(&self) -> String {
        self.platform
            .path
            .replace("{service}", &self.service.slug)
            .replace("{endpoint}", &self.endpoint.slug)
    }

    /// The address the call is sent to.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.platform.base_url, self.path())
    }

    /// The body field the text is sent in.
    #[must_use]
    pub fn text_field(&self) -> &str {
        self.endpoint.text_field_for(self.params)
    }

    /// The JSON body: model, text, then the parameters in their own order.
    #[must_use]
    pub fn body(&self) -> Object {
        let mut body = Object::new();
        if let Some(model) = self.model {
            body.insert("model".into(), Value::String(model.into()));
        }
        body.insert(self.text_field().into(), Value::String(self.text.into()));
        for (name, value) in self.params {
            body.entry(name.clone()).or_insert_with(|| value.clone());
        }
        body
    }
}
