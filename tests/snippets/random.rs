//! Random prompts: everything a seed or a migration can hold, with a preference for what
//! means something to some language.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::api::Manner;
use crate::bench::Bench;
use crate::records::Record;

/// The number the prompts are drawn from; another one gives others.
const SEED: u8 = 42;
const CASES: usize = 64;

/// What literals, shells, JSON and HTML react to.
const DANGERS: [&str; 48] = [
    "\"",
    "'",
    "`",
    "\\",
    "\\\\",
    "\\\"",
    "\\'",
    "#",
    "#{",
    "#$",
    "#@",
    "${",
    "$(",
    "$",
    "}",
    ")",
    "{",
    "{{",
    "}}",
    "\n",
    "\r",
    "\t",
    "\nJSON\n",
    "\n__END__\n",
    "!!",
    "!",
    "%",
    "%s",
    "%{",
    "@",
    "&",
    "<",
    ">",
    "</script>",
    "</code>",
    "&amp;",
    "<!--",
    "]]>",
    "*/",
    "//",
    "\\u",
    "\\u{",
    "\\x",
    "\\0",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "🏮",
];

fn hidden() -> impl Strategy<Value = char> {
    let ranges = [
        (0x01_u32, 0x1f),
        (0x7f, 0x9f),
        (0xad, 0xad),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xfff9, 0xffff),
        (0xe0000, 0xe0fff),
        (0x1d173, 0x1d17a),
    ];
    proptest::sample::select(ranges.to_vec())
        .prop_flat_map(|(from, to)| from..=to)
        .prop_map(|code: u32| char::from_u32(code).unwrap())
}

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(DANGERS.to_vec()).prop_map(str::to_owned),
        3 => any::<char>().prop_map(String::from),
        3 => hidden().prop_map(String::from),
        2 => "[0-9a-fA-FuxU]{1,4}",
        2 => "[ -~]{1,8}",
        1 => "[一-龥🀀-🫸]{1,4}",
    ]
}

/// A text with something to see in it and without NUL, as the database asks.
fn prompt() -> impl Strategy<Value = String> {
    proptest::collection::vec(fragment(), 1..60)
        .prop_map(|fragments| fragments.concat().replace('\0', ""))
        .prop_filter("nothing to see", |text| !text.trim().is_empty())
}

#[test]
fn random_prompts_survive_every_language() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[SEED; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let records: Vec<Record> = (0..CASES)
        .map(|number| {
            let text = prompt().new_tree(&mut runner).unwrap().current();
            Record::new(&format!("random-{number}"), &text)
        })
        .collect();
    let bench = Bench::with(records);
    let runs = bench.run(Manner::AtOnce);
    bench.assert_all_well(&format!("random from seed {SEED}"), &runs, Manner::AtOnce);
}
