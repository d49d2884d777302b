//! The processor time of prompt pages made anew.

use std::path::Path;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use hyper::service::Service as _;
use prompt_gallery::config::{IndexPlace, PublicUrl};
use prompt_gallery::gallery::Gallery;
use prompt_gallery::web::{self, App, Site};
use rustix::time::{ClockId, clock_gettime};

use crate::common::quantile;

/// Where the pages of each language are.
const PREFIXES: [&str; 2] = ["", "/zh-CN"];

/// Makes every prompt page in every language so often, and prints what that takes.
pub(crate) fn measure(database: &Path, rounds: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let gallery = Gallery::open(database, IndexPlace::Auto).await.unwrap();
        let slugs = slugs(&app(&gallery)).await;
        let paths: Vec<String> = PREFIXES
            .iter()
            .flat_map(|prefix| slugs.iter().map(move |slug| format!("{prefix}/prompts/{slug}")))
            .collect();
        let mut samples: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); paths.len()];
        let mut bytes = 0;
        // The first round warms up.
        for round in 0..=rounds {
            let app = app(&gallery);
            for (path, samples) in paths.iter().zip(&mut samples) {
                let before = processor_time();
                let page = get(&app, path).await;
                let took = processor_time() - before;
                if round > 0 {
                    samples.push(took);
                } else {
                    bytes += page.len();
                }
            }
        }
        // Whatever else the machine does only adds to what a page takes.
        let least = |samples: Vec<f64>| samples.into_iter().fold(f64::INFINITY, f64::min);
        let mut pages: Vec<(f64, &String)> = samples.into_iter().map(least).zip(&paths).collect();
        pages.sort_by(|a, b| a.0.total_cmp(&b.0));
        let times: Vec<f64> = pages.iter().map(|(time, _)| *time).collect();
        println!("\na cold prompt page, of {}, each the least of {rounds} rounds", paths.len());
        println!("| processor time, µs | |\n| --- | --- |");
        for (name, share) in [("median", 0.5), ("p90", 0.9), ("p99", 0.99), ("most", 1.0)] {
            println!("| {name} | {:.0} |", quantile(&times, share));
        }
        println!("| on average | {:.0} |", times.iter().sum::<f64>() / times.len() as f64);
        println!("\non average {} bytes; the dearest:", bytes / paths.len());
        for (time, path) in pages.iter().rev().take(5) {
            println!("{time:>6.0} µs {path}");
        }
        gallery.close().await;
    });
}

/// A site that keeps nothing it answered.
fn app(gallery: &Gallery) -> App {
    let public_url = PublicUrl::parse("http://127.0.0.1:8080").unwrap();
    web::app(Site::new(gallery.clone(), public_url, None), 0)
}

async fn get(app: &App, path: &str) -> Vec<u8> {
    let request = Request::get(path).header("host", "127.0.0.1").body(Body::empty()).unwrap();
    let response = app.call(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    to_bytes(response.into_body(), usize::MAX).await.unwrap().into()
}

/// The names of all prompts, read off the lists.
async fn slugs(app: &App) -> Vec<String> {
    const LINK: &str = "href=\"/prompts/";
    let mut slugs: Vec<String> = Vec::new();
    for page in 1.. {
        let path = if page == 1 { "/prompts".into() } else { format!("/prompts?page={page}") };
        let list = String::from_utf8(get(app, &path).await).unwrap();
        for link in list.split(LINK).skip(1) {
            let slug = link.split(['"', '.', '?', '/']).next().unwrap();
            if !slugs.iter().any(|other| other == slug) {
                slugs.push(slug.into());
            }
        }
        if !list.contains(&format!("page={}", page + 1)) {
            break;
        }
    }
    slugs
}

/// The processor time of all threads of this process, in microseconds.
fn processor_time() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}
