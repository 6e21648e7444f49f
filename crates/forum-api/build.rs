//! Packs what the documentation pages run on: `/docs` must work with no internet, and so the scripts come
//! out of crates and into the binary, once, compressed as they are served.

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{Cursor, Read, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use zip::ZipArchive;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let scalar = scalar_api_reference::get_asset("scalar.js").ok_or("scalar.js is not in its crate")?;
    pack(&out, "scalar.js", &scalar)?;
    let mut swagger = ZipArchive::new(Cursor::new(utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED))?;
    for name in ["swagger-ui-bundle.js", "swagger-ui.css"] {
        let path = swagger
            .file_names()
            .filter_map(|path| Some(path.ok()?.into_owned()))
            .find(|path| path.ends_with(&format!("/dist/{name}")))
            .ok_or_else(|| format!("{name} is not in its crate"))?;
        let mut content = Vec::new();
        swagger.by_name(&path)?.read_to_end(&mut content)?;
        pack(&out, name, &content)?;
    }
    Ok(())
}

fn pack(out: &Path, name: &str, content: &[u8]) -> Result<(), Box<dyn Error>> {
    let file = out.join(format!("{name}.gz"));
    let mut packed = GzEncoder::new(File::create(&file)?, Compression::default());
    packed.write_all(content)?;
    packed.finish()?;
    // Empty would mean that a crate changed its ways.
    if fs::metadata(&file)?.len() < 1_000 {
        return Err(format!("{name} is too short to be right").into());
    }
    Ok(())
}
