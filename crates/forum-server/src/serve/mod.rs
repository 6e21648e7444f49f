//! `forum serve`: one instance of the forum, from its configuration to its last answer.

mod banner;
mod readiness;

use std::{
    net::SocketAddr,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use forum_api::{ApiState, Hub, Rate, Settings};
use forum_domain::{Forum, hook::Hook};
use poem::EndpointExt;
use tokio::{signal, sync::oneshot, task::JoinSet, time};

use self::readiness::Readiness;
use crate::{
    access::{AccessLog, HEALTH},
    config::{Config, Loaded, Profile, reached_at},
    jobs,
    net::{self, App, Limits, Refusal, Server},
    secrets::Secrets,
    wiring::{self, Wired},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long a public server goes on unready after it was told to stop, for load balancers to notice.
const LINGER: Duration = Duration::from_secs(2);

/// An instance that listens, migrated and ready, but does not answer yet.
pub struct Instance {
    server: Server,
    app: App,
    address: SocketAddr,
    public_url: String,
    forum: Arc<Forum>,
    draining: Arc<AtomicBool>,
    live: Arc<Hub>,
    linger: Duration,
    /// Stop when this goes.
    jobs: JoinSet<()>,
}

impl Instance {
    /// Listens, migrates the database, learns which sessions ended, and starts the background jobs.
    ///
    /// # Errors
    /// Whatever stands in the way: a port that is taken, a database that does not answer.
    pub async fn start(config: Config, limits: Limits) -> Result<Self, Failure> {
        Self::start_with_hooks(config, limits, Vec::new()).await
    }

    /// As [`Instance::start`], with hooks that have a say in what happens and hear of it.
    ///
    /// # Errors
    /// As [`Instance::start`].
    pub async fn start_with_hooks(
        mut config: Config,
        limits: Limits,
        hooks: Vec<Arc<dyn Hook>>,
    ) -> Result<Self, Failure> {
        // The port first: whoever cannot have it must not touch the database.
        let (listen, linger) = (config.listen, limits.linger);
        let server = Server::bind(listen, limits, config.trusted_proxies.clone())
            .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
        let address = server.address()?;
        // Any port will do: the links must name the one that was given.
        if config.public_url == reached_at(listen) {
            config.public_url = reached_at(address);
        }
        let secrets = Secrets::load(&config)?;
        let (cursor_key, media_key) = (secrets.cursor_key, secrets.media_key);
        let Wired { forum, cache, dev_sms } = wiring::for_serving(&config, secrets, hooks).await?;
        forum.sessions.poll_revocations().await?;
        let mut jobs = jobs::start(&forum);
        let live = Hub::new(forum.clone());
        let calling = live.clone();
        jobs.spawn(async move { calling.run().await });

        let draining = Arc::new(AtomicBool::new(false));
        let readiness = Readiness { store: forum.store.clone(), cache, draining: draining.clone() };
        let settings = settings(&config, cursor_key, media_key);
        let refuse_settings = settings.clone();
        let state = ApiState {
            forum: forum.clone(),
            settings,
            readiness: Arc::new(readiness),
            live: live.clone(),
            dev_sms: dev_sms.filter(|_| config.dev_endpoints),
        };
        let app = App {
            endpoint: AccessLog::new(forum_api::router(state)?).boxed(),
            refuse: Box::new(move |asked, refusal| {
                let why = match refusal {
                    Refusal::Busy => forum_api::Unserved::Busy,
                    Refusal::Late => forum_api::Unserved::Late,
                };
                forum_api::unserved(&refuse_settings, asked.language.as_ref(), asked.request_id.as_ref(), why)
            }),
            always: HEALTH,
        };
        Ok(Self { server, app, address, public_url: config.public_url, forum, draining, live, linger, jobs })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients reach it.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The rules and the database behind it.
    #[must_use]
    pub const fn forum(&self) -> &Arc<Forum> {
        &self.forum
    }

    /// Answers until `stop` resolves; then says that it is not ready, finishes what was begun and stops.
    /// True if all was finished in time.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> bool {
        let Self { server, app, draining, live, linger, mut jobs, .. } = self;
        let (stopped, told) = oneshot::channel();
        let stop = async {
            stop.await;
            draining.store(true, Ordering::Relaxed);
            stopped.send(()).ok();
        };
        // Streams never finish by themselves. They end when the next ones are sent elsewhere.
        let ending = async {
            if told.await.is_ok() {
                time::sleep(linger).await;
                live.close();
            }
        };
        let (finished, ()) = tokio::join!(server.serve(app, stop), ending);
        // Waited for, so that nobody holds the database any more.
        jobs.shutdown().await;
        finished
    }
}

fn settings(config: &Config, cursor_key: [u8; 32], media_key: [u8; 32]) -> Settings {
    Settings {
        public_url: config.public_url.clone(),
        development: config.profile == Profile::Development,
        cors_origins: config.cors_origins.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        cursor_key,
        media_key,
        rate: config.rate_limit.then(Rate::default),
    }
}

/// Serves until the process is told to stop.
///
/// # Errors
/// As [`Instance::start`].
pub async fn run(loaded: Loaded) -> Result<ExitCode, Failure> {
    let begun = Instant::now();
    for warning in &loaded.warnings {
        tracing::warn!(setting = warning.key, "{}", warning.what);
    }
    // Told to stop while it starts, it stops.
    let mut told = Box::pin(told_to_stop()?);
    let instance = tokio::select! {
        started = Instance::start(loaded.config.clone(), limits(&loaded.config)) => started?,
        () = &mut told => return Ok(ExitCode::SUCCESS),
    };
    banner::print(&loaded.config, &instance, begun.elapsed());
    tracing::info!(address = %instance.address(), "ready");
    let finished = instance
        .run(async {
            told.await;
            tracing::info!("stopping: answering what was asked");
            impatient();
        })
        .await;
    tracing::info!(finished, "stopped");
    Ok(ExitCode::SUCCESS)
}

fn limits(config: &Config) -> Limits {
    let limits = Limits::default();
    Limits {
        connections: net::raise_open_files().map_or(limits.connections, |room| room.min(limits.connections)),
        linger: if config.profile == Profile::Production { LINGER } else { Duration::ZERO },
        ..limits
    }
}

/// Resolves when the process is told to stop, by SIGTERM or Ctrl-C.
#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    use signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        // Without a handler nobody can ever tell.
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Whoever presses Ctrl-C again does not want to wait.
fn impatient() {
    if let Ok(again) = told_to_stop() {
        tokio::spawn(async {
            again.await;
            tracing::warn!("stopped at once: what was asked is not answered");
            std::process::exit(130);
        });
    }
}
