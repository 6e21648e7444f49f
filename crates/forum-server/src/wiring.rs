//! Puts the forum together: the adapters that the configuration names, behind the ports of the rules.

use std::sync::Arc;

use async_trait::async_trait;
use forum_api::{DevCode, DevSms};
use forum_domain::{
    Forum, Policy,
    account::Mobile,
    clock::{Clock, Random},
    code::SmsSender,
    error::Flaw,
    forum::Builder,
    hook::Hook,
    media::MediaStorage,
    moderation::WordFilter,
    store::{Cache, Store},
};
use forum_outbound::{
    access_token,
    clock::SystemClock,
    content::HtmlRenderer,
    image::Codec,
    media::{Directory, S3, S3Settings},
    password::{Hasher, WAITING_ROOM, default_permits},
    random::SystemRandom,
    refresh_token,
    search::Words,
    sms::{ConsoleSms, Yunpian},
};
use forum_store::{Options, migrations};

use crate::{
    config::{CacheUrl, Config, DatabaseUrl, MediaPlace, Sms},
    secrets::Secrets,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// For whom access tokens are: this API. Others that verify them look for it.
const AUDIENCE: &str = "forum";

/// A forum that can serve.
pub struct Wired {
    /// The rules over their ports.
    pub forum: Arc<Forum>,
    /// The cache, to be asked how it is.
    pub cache: Arc<dyn Cache>,
    /// The codes on the console, where they go there.
    pub dev_sms: Option<Arc<dyn DevSms>>,
}

/// The database as the store wants to be told it.
#[must_use]
pub fn database_url(config: &Config) -> String {
    match &config.database {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(url) => url.clone(),
    }
}

/// A forum with everything, on a database that is brought up to date first; `hooks` have their say in their
/// order.
///
/// # Errors
/// A database that cannot be reached or migrated; settings that an adapter refuses.
pub async fn for_serving(
    config: &Config,
    secrets: Secrets,
    hooks: Vec<Arc<dyn Hook>>,
) -> Result<Wired, Failure> {
    let url = database_url(config);
    for name in migrations::migrate(&url).await? {
        tracing::info!(migration = name, "applied");
    }
    let store = forum_store::open(&url, Options::default()).await?;
    let (clock, random) = world();
    let cache = match &config.cache {
        CacheUrl::Memory => forum_cache::open("memory:", "", clock.clone()).await?,
        CacheUrl::Redis(redis) => {
            let prefix = match &config.cache_prefix {
                Some(prefix) => prefix.clone(),
                None => migrations::forum_id(&url).await?,
            };
            forum_cache::open(redis, &format!("forum:{prefix}:"), clock.clone()).await?
        }
    };
    let storage = storage_to_write(config)?;
    let (sms, dev_sms) = sender(config, &clock)?;
    let access = access_token::Tokens::new(&secrets.signing, &config.public_url, AUDIENCE, random.clone())?;
    let refresh = refresh_token::Tokens::new(&secrets.seal, random.clone())?;
    let builder = Forum::builder(store, clock, random);
    let forum = hooks
        .into_iter()
        .fold(builder, Builder::hook)
        .policy(config.policy.clone())
        .cache(cache.clone())
        .sms(sms)
        .hasher(hasher(&config.policy)?)
        .renderer(Arc::new(HtmlRenderer::new()))
        .media(Arc::new(Codec::new()), storage)
        .analyser(Arc::new(Words::new()))
        .tokens(Arc::new(access), Arc::new(refresh))
        .limited(config.rate_limit)
        .words(WordFilter::new(&config.word_filter_refuse.words, &config.word_filter_review.words)?)
        .build()?;
    Ok(Wired { forum: Arc::new(forum), cache, dev_sms })
}

/// A forum for an operator's commands: its database, beside whoever serves it, what hashes passwords, what
/// renders texts, and the files of media.
///
/// # Errors
/// A database that cannot be reached, or lacks migrations.
pub async fn for_operators(config: &Config) -> Result<Forum, Failure> {
    let options = Options { pool: 2, readers: 1, beside_server: true, ..Options::default() };
    let store: Arc<dyn Store> = forum_store::open(&database_url(config), options).await?;
    let (clock, random) = world();
    let forum = Forum::builder(store, clock, random).policy(config.policy.clone());
    Ok(forum
        .hasher(hasher(&config.policy)?)
        .renderer(Arc::new(HtmlRenderer::new()))
        .analyser(Arc::new(Words::new()))
        .media(Arc::new(Codec::new()), storage(config)?)
        .build()?)
}

/// A forum that `forum seed` fills, on a database that is brought up to date first, and where its files of media
/// are kept.
///
/// # Errors
/// A database that cannot be reached or migrated, a directory that cannot be written to.
pub async fn for_seeding(config: &Config) -> Result<(Forum, Arc<dyn MediaStorage>), Failure> {
    let url = database_url(config);
    migrations::migrate(&url).await?;
    let store = forum_store::open(&url, Options { pool: 8, readers: 2, ..Options::default() }).await?;
    let storage = storage_to_write(config)?;
    let (clock, random) = world();
    let forum = Forum::builder(store, clock, random).policy(config.policy.clone());
    Ok((forum.analyser(Arc::new(Words::new())).build()?, storage))
}

fn world() -> (Arc<dyn Clock>, Arc<dyn Random>) {
    (Arc::new(SystemClock), Arc::new(SystemRandom))
}

/// As [`storage`], made ready for whoever will write.
fn storage_to_write(config: &Config) -> Result<Arc<dyn MediaStorage>, Failure> {
    if let MediaPlace::Directory(root) = &config.media {
        Directory::open(root)
            .map_err(|error| format!("media cannot be kept in {}: {error}", root.display()))?;
    }
    storage(config)
}

/// Where files of media are kept.
fn storage(config: &Config) -> Result<Arc<dyn MediaStorage>, Failure> {
    match &config.media {
        MediaPlace::Directory(root) => Ok(Arc::new(Directory::new(root))),
        MediaPlace::Bucket { bucket, prefix } => {
            let access = config.media_s3.clone();
            let region = access.region.unwrap_or_else(|| "us-east-1".into());
            Ok(Arc::new(S3::new(S3Settings {
                endpoint: access.endpoint.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com")),
                region,
                bucket: bucket.clone(),
                prefix: prefix.clone(),
                access_key_id: access.access_key_id.unwrap_or_default(),
                secret_access_key: access
                    .secret_access_key
                    .map(|key| key.expose().to_owned())
                    .unwrap_or_default(),
                session_token: access.session_token.map(|token| token.expose().to_owned()),
            })?))
        }
    }
}

fn hasher(policy: &Policy) -> Result<Arc<Hasher>, Failure> {
    Ok(Arc::new(Hasher::new(policy, default_permits(), WAITING_ROOM)?))
}

type Sender = (Arc<dyn SmsSender>, Option<Arc<dyn DevSms>>);

fn sender(config: &Config, clock: &Arc<dyn Clock>) -> Result<Sender, Failure> {
    match &config.sms {
        Sms::Console => {
            let console = Arc::new(ConsoleSms::new(clock.clone()));
            let policy = config.policy.clone();
            Ok((console.clone(), Some(Arc::new(Console { console, policy }))))
        }
        Sms::Yunpian { apikey, signature, url } => {
            Ok((Arc::new(Yunpian::new(apikey.expose(), signature, url.as_deref())?), None))
        }
    }
}

/// What `/dev/sms` shows.
struct Console {
    console: Arc<ConsoleSms>,
    policy: Policy,
}

#[async_trait]
impl DevSms for Console {
    async fn sent(&self, mobile: &str) -> Result<Vec<DevCode>, Flaw> {
        let mobile = Mobile::parse(mobile, &self.policy)?;
        let sent = self.console.recent(Some(&mobile)).into_iter();
        let shown = sent.map(|sms| DevCode {
            mobile: sms.mobile.as_str().to_owned(),
            purpose: sms.purpose,
            code: sms.code.expose().to_owned(),
            sent_at: sms.sent_at,
        });
        Ok(shown.collect())
    }
}
