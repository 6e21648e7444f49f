//! TLS to PostgreSQL, as `sslmode` asks for it.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio_postgres::config::SslMode;

use crate::OpenError;

/// What a URL says of TLS.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wishes {
    mode: SslMode,
    /// The server must prove who it is.
    verify: bool,
    /// Roots in a PEM file instead of the system's.
    roots: Option<PathBuf>,
}

impl Wishes {
    /// Takes `sslmode` and `sslrootcert` out of a URL: the client knows neither all modes nor roots.
    pub(super) fn take(url: &str) -> Result<(String, Self), OpenError> {
        let mut wishes = Self { mode: SslMode::Prefer, verify: false, roots: None };
        let Some((base, query)) = url.split_once('?') else { return Ok((url.to_owned(), wishes)) };
        let mut rest = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", mode)) => {
                    (wishes.mode, wishes.verify) = match mode {
                        "disable" => (SslMode::Disable, false),
                        "allow" | "prefer" => (SslMode::Prefer, false),
                        "require" => (SslMode::Require, false),
                        "verify-ca" | "verify-full" => (SslMode::Require, true),
                        _ => {
                            return Err(OpenError::Url(
                                "sslmode is one of disable, allow, prefer, require, verify-ca, verify-full"
                                    .into(),
                            ));
                        }
                    };
                }
                Some(("sslrootcert", path)) => wishes.roots = Some(PathBuf::from(path)),
                _ => rest.push(parameter),
            }
        }
        let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
        Ok((url, wishes))
    }

    /// Whether to use TLS at all.
    pub(super) const fn mode(&self) -> SslMode {
        self.mode
    }

    /// How to use it.
    pub(super) fn client_config(&self) -> Result<ClientConfig, OpenError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| OpenError::Unreachable(error.into()))?;
        Ok(if self.verify {
            builder.with_root_certificates(self.root_store()?).with_no_client_auth()
        } else {
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Anyone(provider)))
                .with_no_client_auth()
        })
    }

    fn root_store(&self) -> Result<RootCertStore, OpenError> {
        let mut store = RootCertStore::empty();
        match &self.roots {
            Some(path) => {
                let unreadable = |error| OpenError::Url(format!("sslrootcert {}: {error}", path.display()));
                for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                    let certificate = certificate.map_err(unreadable)?;
                    store.add(certificate).map_err(|error| OpenError::Unreachable(error.into()))?;
                }
            }
            None => {
                store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        if store.is_empty() {
            return Err(OpenError::Url("sslmode verifies, but no root certificate was found".into()));
        }
        Ok(store)
    }
}

/// Believes whoever answers, as libpq does unless it is told to verify: the connection is encrypted,
/// and no more.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sslmode_is_taken_out_of_the_url_and_the_rest_stays() {
        let (url, wishes) =
            Wishes::take("postgres://u@h/d?sslmode=verify-full&application_name=x&sslrootcert=/a/b.pem")
                .unwrap();
        assert_eq!(url, "postgres://u@h/d?application_name=x");
        assert_eq!(
            wishes,
            Wishes { mode: SslMode::Require, verify: true, roots: Some(PathBuf::from("/a/b.pem")) }
        );
        assert_eq!(Wishes::take("postgres://u@h/d?sslmode=disable").unwrap().0, "postgres://u@h/d");
        assert!(Wishes::take("postgres://u@h/d?sslmode=perhaps").is_err());
    }
}
