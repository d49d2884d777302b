//! Ruby 2.7 and later.

use serde_json::Value;

use super::{Language, SdkForm, is_identifier, literal, resource, singular};
use crate::catalog::{ApiCall, Object};

pub(super) const LANGUAGE: Language = Language {
    slug: "ruby",
    name: "Ruby",
    extension: "rb",
    sdk: Some(SdkForm { render: sdk, install }),
    http,
};

fn install(call: &ApiCall<'_>) -> String {
    format!("gem install {}", call.service.sdk.ruby.package)
}

fn sdk(call: &ApiCall<'_>) -> String {
    let sdk = &call.service.sdk.ruby;
    let platform = call.platform;
    let key = format!("api_key: ENV.fetch({})", string(&platform.key_variable));
    let options = if platform.base_url == platform.sdk_base_url {
        key
    } else {
        format!("{key}, base_url: {}", string(&platform.base_url))
    };
    let print = match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let one = singular(field);
            format!("result.{field}.each {{ |{one}| puts {one}.url }}\n")
        }
        None => String::from("puts result.to_h\n"),
    };
    format!(
        "require {module}\n\nclient = {client}.new({options})\n\n\
         result = client.{resource}.run(\n{arguments}\n)\n\n{print}",
        module = string(sdk.import()),
        client = sdk.client,
        resource = resource(call),
        arguments = arguments(&call.body()),
    )
}

fn http(call: &ApiCall<'_>) -> String {
    let wait = if call.endpoint.synchronous {
        ""
    } else {
        "200.times do\n\
         \x20 break if task[\"status\"] == \"completed\"\n\
         \x20 abort \"task #{task[\"id\"]} failed: #{task[\"error\"]}\" if task[\"status\"] == \"failed\"\n\
         \n\
         \x20 sleep 3\n\
         \x20 task = send_request(Net::HTTP::Get.new(URI(\"#{ENDPOINT}/#{task[\"id\"]}\")))\n\
         end\n\
         abort \"task #{task[\"id\"]} takes too long\" if task[\"status\"] != \"completed\"\n\n"
    };
    let print = match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let one = singular(field);
            format!("task[{}].each {{ |{one}| puts {one}[\"url\"] }}\n", string(field))
        }
        None => String::from("puts JSON.pretty_generate(task)\n"),
    };
    format!(
        "require \"json\"\nrequire \"net/http\"\n\n\
         ENDPOINT = {url}\n\n\
         def send_request(request)\n\
         \x20 request[\"Authorization\"] = \"Bearer #{{ENV.fetch({key})}}\"\n\
         \x20 request[\"Content-Type\"] = \"application/json\"\n\
         \x20 uri = request.uri\n\
         \x20 response = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == \"https\") do |http|\n\
         \x20   http.request(request)\n\
         \x20 end\n\
         \x20 abort \"#{{response.code}}: #{{response.body}}\" unless response.is_a?(Net::HTTPSuccess)\n\
         \x20 JSON.parse(response.body)\n\
         end\n\n\
         request = Net::HTTP::Post.new(URI(ENDPOINT))\n\
         request.body = JSON.generate(\n{arguments}\n)\n\
         task = send_request(request)\n\n{wait}{print}",
        url = string(&call.url()),
        key = string(&call.platform.key_variable),
        arguments = arguments(&call.body()),
    )
}

fn arguments(body: &Object) -> String {
    let pairs: Vec<String> =
        body.iter().map(|(name, member)| format!("  {}", pair(name, member))).collect();
    pairs.join(",\n")
}

fn pair(name: &str, member: &Value) -> String {
    if is_identifier(name) {
        format!("{name}: {}", value(member))
    } else {
        format!("{}: {}", string(name), value(member))
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => String::from("nil"),
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) if members.is_empty() => String::from("{}"),
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, member)| pair(name, member)).collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// A double-quoted literal, in which `#{…}`, `#$x` and `#@x` would run: their `#` is escaped.
fn string(text: &str) -> String {
    let interpolates = |character, next| character == '#' && matches!(next, Some('{' | '$' | '@'));
    literal(text, '"', interpolates, |code| format!("\\u{{{code:x}}}"))
}
