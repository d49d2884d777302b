//! The search, measured over real HTTP with the repository's own prompts: how soon people find
//! what they want ([`judged`]), and that no word of a prompt is lost ([`words`]).

mod index;
mod judged;
mod words;

use std::thread;

use crate::pages::slugs;
use crate::shared::{TONGUES, encode};
use crate::support::Server;

/// How many queries are asked at a time.
const AT_A_TIME: usize = 4;

/// Every prompt a query finds, the first one first, asked in the language of the query.
fn found(server: &Server, query: &str) -> Vec<String> {
    let [english, chinese] = TONGUES;
    let tongue = if query.contains(is_han) { chinese } else { english };
    slugs(server, &format!("{}/prompts?q={}", tongue.prefix, encode(query)))
}

/// What `ask` says about each of many queries, in their order.
fn each<'a, T: Sync, A: Send>(queries: &'a [T], ask: impl Fn(&'a T) -> A + Sync) -> Vec<A> {
    let ask = &ask;
    thread::scope(|scope| {
        let parts = queries.chunks(queries.len().div_ceil(AT_A_TIME).max(1));
        let parts: Vec<_> = parts
            .map(|part| scope.spawn(move || part.iter().map(ask).collect::<Vec<A>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}
