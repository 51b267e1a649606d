//! `dyno report --serve`: the page on loopback, updated while a campaign runs.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::{Path as Name, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use campaign::{
    analysis,
    plan::loopback,
    record::{
        ENVIRONMENT, PLAN, PROBES, SAMPLES,
        campaign::{Campaign, read_file},
    },
    report::{
        CAPACITY, DECISION, MACHINES, SUMMARY, VERDICTS,
        page::{self, Follow},
    },
};
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::{net::TcpListener, runtime::Builder, sync::Mutex, task::spawn_blocking, time::sleep};

use crate::{output::say, port, process::interrupt};

/// What the page links to.
const FILES: [&str; 9] =
    [SAMPLES, PROBES, SUMMARY, VERDICTS, CAPACITY, MACHINES, DECISION, PLAN, ENVIRONMENT];

/// No more connections than files may be open: the others wait until one is closed.
const OPEN_FILES: u64 = 256;

/// What is served.
struct Served {
    folder: PathBuf,
    /// The page, made once for each version.
    page: Mutex<Option<(u64, Bytes)>>,
}

/// Serves the page until a signal to stop comes.
pub(super) fn watch(folder: &Path, port: u16) -> anyhow::Result<()> {
    // The measurement comes first; it does not matter if this is not permitted.
    let _polite = rustix::process::nice(10);
    Campaign::read(folder)?;
    setrlimit(Resource::Nofile, Rlimit { current: Some(OPEN_FILES), maximum: Some(OPEN_FILES) })
        .context("cannot bound the number of connections")?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(folder, loopback(port)))
}

async fn serve(folder: &Path, address: SocketAddr) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address).await.map_err(|_| port::in_use(address))?;
    let address = listener.local_addr()?;
    say!("{} is served at http://{address}; press Ctrl-C to stop", folder.display());
    let router = Router::new()
        .route("/", get(index))
        .route("/version", get(version))
        .route("/{name}", get(file))
        .layer(middleware::from_fn(move |request, next| own_name_only(address, request, next)))
        .with_state(Arc::new(Served { folder: folder.to_owned(), page: Mutex::default() }));
    let server = axum::serve(listener, router).with_graceful_shutdown(async {
        while interrupt::check().is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    });
    server.await.context("cannot serve the page any longer")
}

/// Stops DNS rebinding: a foreign page whose name points here reads nothing.
async fn own_name_only(address: SocketAddr, request: Request, next: Next) -> Response {
    let port = address.port();
    let own = [address.to_string(), format!("localhost:{port}")];
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| own.iter().any(|own| own == host)) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

/// The page as of now. Whoever asks while it is made waits for the same one.
async fn index(State(served): State<Arc<Served>>) -> Response {
    let mut kept = served.page.lock().await;
    let now = size(&served.folder);
    if kept.as_ref().is_none_or(|(version, _)| *version != now) {
        let folder = served.folder.clone();
        let drawn = spawn_blocking(move || {
            let campaign = Campaign::read(&folder)?;
            page::rendered(&campaign, &analysis::analyse(&campaign), Follow::Live)
        });
        match drawn.await.map_err(anyhow::Error::from).flatten() {
            Ok(page) => *kept = Some((now, page.into())),
            Err(error) => {
                return (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response();
            }
        }
    }
    let page = kept.as_ref().map(|(_, page)| page.clone());
    ([(header::CACHE_CONTROL, "no-store")], Html(page.unwrap_or_default())).into_response()
}

/// Changes whenever there is something new: samples are only ever appended.
async fn version(State(served): State<Arc<Served>>) -> String {
    size(&served.folder).to_string()
}

fn size(folder: &Path) -> u64 {
    fs::metadata(folder.join(SAMPLES)).map_or(0, |samples| samples.len())
}

async fn file(State(served): State<Arc<Served>>, Name(name): Name<String>) -> Response {
    let known = FILES.contains(&name.as_str());
    match known.then(|| read_file(&served.folder, &name).ok().flatten()).flatten() {
        Some(content) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], content).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
