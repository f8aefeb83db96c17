//! Compiles the few lines of C++ through which libtorrent is called, where that feature is on and the library is
//! installed. Where it is not, everything still compiles, and only the measuring refuses to start.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(libtorrent_found)");
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "libtorrent")]
    libtorrent();
}

#[cfg(feature = "libtorrent")]
fn libtorrent() {
    const SHIMS: [&str; 3] = [
        "benches/bencode/libtorrent/shim.cpp",
        "benches/metainfo/libtorrent/shim.cpp",
        "src/bin/torrents/reader/shim.cpp",
    ];
    for shim in SHIMS {
        println!("cargo::rerun-if-changed={shim}");
    }
    let library = match pkg_config::probe_library("libtorrent-rasterbar") {
        Ok(library) => library,
        Err(reason) => {
            println!(
                "cargo::warning=libtorrent is left out, since pkg-config does not find it: {reason}"
            );
            return;
        }
    };
    let mut shim = cc::Build::new();
    shim.cpp(true)
        .std("c++17")
        .opt_level(2)
        .warnings(false)
        .includes(&library.include_paths)
        .files(SHIMS);
    for (name, value) in &library.defines {
        shim.define(name, value.as_deref());
    }
    shim.compile("bip_libtorrent_shim");
    println!("cargo::rustc-cfg=libtorrent_found");
}
