use std::time::Instant;

use super::*;

fn preview(title: &str, is_chinese: bool) -> Preview {
    Preview {
        place: "Prompt Gallery".into(),
        title: Title { text: title.into(), plain: "north window".into(), is_chinese },
        notes: vec!["人像".into(), "gpt-image-2".into()],
        drawings: vec![Drawing {
            shapes: "<path d=\"M0 0h480v360H0z\"/>".into(),
            width: 480,
            height: 360,
        }],
        hue: Some(3),
    }
}

#[test]
fn look() {
    for (n, (title, zh)) in [
        ("Linen and north light", false),
        ("北窗亚麻", true),
        ("A “quoted” title — with dashes… and Ångström’s æsthetics that goes on for very much longer than fits", false),
        ("《红楼梦》里的“大观园”：一张 4K 俯瞰长卷，楼台亭阁与雪后初晴，以及许多放不下的细节描写与人物", true),
    ].into_iter().enumerate() {
        let start = Instant::now();
        let png = preview(title, zh).png().unwrap();
        println!("{n} {} bytes {:?}", png.len(), start.elapsed());
        std::fs::write(format!("/tmp/look{n}.png"), png).unwrap();
    }
}
