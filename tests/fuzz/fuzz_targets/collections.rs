#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| prompt_gallery_fuzz::collections::check(input));
