//! A local API that speaks the task protocol, and remembers what it was sent.
//!
//! Every program runs with a key of its own, so that calls of programs running at the same
//! time can be told apart, and a wrong `Authorization` header is noticed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::catalog::Catalog;

/// How the API treats the calls made with one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// The task is completed when it is created.
    AtOnce,
    /// The task is being worked on when it is created, and completed when it is asked for.
    Later,
    /// The task has failed when it is created.
    Failing,
    /// The task is being worked on when it is created, and has failed when it is asked for.
    FailingLater,
    /// The task is being worked on for longer than anybody waits.
    Never,
    /// The call is refused with this status.
    Refusing(u16),
    /// The task is created, and asking for it is refused with this status.
    RefusingLater(u16),
}

/// What the API says when it refuses a call.
pub(crate) const REFUSAL: &str = "no “lamp” for you – 灯";
/// What it says about a task that failed.
pub(crate) const FAILURE: &str = "the lamp went out – 灯";

/// Nobody asks more often for a task that never ends; whoever does will see it completed.
const PATIENCE: usize = 2000;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

#[derive(Default)]
struct Memory {
    keys: HashMap<String, (Manner, Shape)>,
    calls: HashMap<String, Vec<Call>>,
    /// Requests nobody announced.
    strays: Vec<String>,
}

/// What the endpoint a key is used for answers with.
#[derive(Clone, Debug)]
struct Shape {
    path: String,
    result_field: Option<String>,
    synchronous: bool,
}

/// The running API; it ends when dropped.
pub(crate) struct Api {
    pub(crate) url: String,
    memory: Arc<Mutex<Memory>>,
    _runtime: tokio::runtime::Runtime,
}

impl Api {
    pub(crate) fn start() -> Self {
        let memory = Arc::new(Mutex::new(Memory::default()));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let app = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::max(64 << 20))
            .with_state(Arc::clone(&memory));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, memory, _runtime: runtime }
    }

    /// Announces a key and the endpoint it will be used for.
    pub(crate) fn expect(&self, key: &str, manner: Manner, endpoint: &str, catalog: &Catalog) {
        let shape = Shape {
            path: catalog.path(endpoint),
            result_field: catalog.result_field(endpoint),
            synchronous: catalog.synchronous(endpoint),
        };
        let mut memory = self.memory.lock().unwrap();
        memory.keys.insert(key.to_owned(), (manner, shape));
        memory.calls.remove(key);
    }

    /// The calls made with a key, in order.
    pub(crate) fn calls(&self, key: &str) -> Vec<Call> {
        self.memory.lock().unwrap().calls.get(key).cloned().unwrap_or_default()
    }

    /// Requests with a key or an address nobody announced.
    pub(crate) fn strays(&self) -> Vec<String> {
        self.memory.lock().unwrap().strays.clone()
    }
}

/// The addresses of what a key's call has made.
pub(crate) fn results(key: &str) -> [String; 2] {
    [1, 2].map(|number| format!("https://files.example/{key}/{number}?size=1&mode=a%20b"))
}

/// The words a key's call has made where the endpoint makes words.
pub(crate) fn words(key: &str) -> String {
    format!("words-for-{key}")
}

fn completed(key: &str, shape: &Shape) -> Value {
    let mut answer = json!({ "id": format!("task-{key}"), "status": "completed" });
    match &shape.result_field {
        Some(field) => answer[field] = results(key).map(|url| json!({ "url": url })).into(),
        None => answer["words"] = words(key).into(),
    }
    answer
}

async fn answer(
    State(memory): State<Arc<Mutex<Memory>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let call = Call {
        method: method.to_string(),
        path: uri.to_string(),
        content_type: header("content-type"),
        body: body.to_vec(),
    };
    let key = header("authorization")
        .and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned))
        .unwrap_or_default();
    let mut memory = memory.lock().unwrap();
    let Some((manner, shape)) = memory.keys.get(&key).cloned() else {
        memory.strays.push(format!("{method} {uri} with the key {key:?}"));
        return (StatusCode::UNAUTHORIZED, "unknown key").into_response();
    };
    let calls = memory.calls.entry(key.clone()).or_default();
    calls.push(call);
    let asked = calls.len() - 1;
    let id = format!("task-{key}");
    let processing = json!({ "id": id, "status": "processing" });
    let failed = json!({ "id": id, "status": "failed", "error": FAILURE });
    let refused = |status: u16| {
        let error = json!({ "error": { "message": REFUSAL } }).to_string();
        let kind = [("content-type", "application/json")];
        (StatusCode::from_u16(status).unwrap(), kind, error).into_response()
    };
    let task = match method {
        Method::POST if uri.path() == shape.path => match manner {
            Manner::Failing => failed,
            Manner::Refusing(status) => return refused(status),
            Manner::Later | Manner::FailingLater | Manner::Never | Manner::RefusingLater(_)
                if !shape.synchronous =>
            {
                processing
            }
            _ => completed(&key, &shape),
        },
        Method::GET if uri.path() == format!("{}/{id}", shape.path) => match manner {
            Manner::Failing | Manner::FailingLater => failed,
            Manner::RefusingLater(status) => return refused(status),
            Manner::Never if asked < PATIENCE => processing,
            _ => completed(&key, &shape),
        },
        _ => {
            memory.strays.push(format!("{method} {uri}"));
            return (StatusCode::NOT_FOUND, "no such path").into_response();
        }
    };
    ([("content-type", "application/json")], task.to_string()).into_response()
}
