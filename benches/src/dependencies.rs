use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::io;
use std::process::Command;

/// A package that this one uses, and what it brings with it.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// Name and version: `bendy 0.6.1`.
    pub name: String,
    /// Packages beside itself, each counted once, without what only runs at compile time as a procedural macro.
    pub dependencies: usize,
}

/// Of all rivals in this build, as cargo has resolved them. `ours` is counted by itself, with its default features: the
/// benchmarks turn more of them on.
///
/// # Errors
/// Cargo cannot be asked.
pub fn packages(ours: &str) -> io::Result<Vec<Package>> {
    let mut packages = parse(&tree(&["-p", ours])?, 0);
    let features = if cfg!(feature = "rivals") {
        "rivals"
    } else {
        ""
    };
    let all = tree(&["-p", "bip_benches", "--features", features])?;
    for rival in parse(&all, 1) {
        if packages.iter().all(|known| known.name != rival.name) {
            packages.push(rival);
        }
    }
    Ok(packages)
}

fn tree(arguments: &[&str]) -> io::Result<String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--edges", "normal,no-proc-macro"])
        .args(["--prefix", "depth", "--no-dedupe", "--format", " {p}"])
        .args(arguments)
        .output()?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(reason));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Lines are a depth, a name, a version and perhaps a place. Packages are those of `depth`; what follows one of them
/// deeper belongs to it.
fn parse(tree: &str, depth: usize) -> Vec<Package> {
    let mut packages: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        let (Some(of_line), Some(name), Some(version)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let name = format!("{name} {}", version.trim_start_matches('v'));
        match of_line.parse::<usize>() {
            Ok(of_line) if of_line == depth => packages.push((name, BTreeSet::new())),
            Ok(of_line) if of_line > depth => {
                if let Some((_, dependencies)) = packages.last_mut() {
                    dependencies.insert(name);
                }
            }
            _ => {}
        }
    }
    packages
        .into_iter()
        .map(|(name, dependencies)| Package {
            name,
            dependencies: dependencies.len(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tree: &str, depth: usize, expect: &[(&str, usize)]) {
        let found = parse(tree, depth);
        let found: Vec<_> = found
            .iter()
            .map(|package| (package.name.as_str(), package.dependencies))
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn each_package_below_is_counted_once() {
        let tree = "0 top v1.0.0 (/somewhere)\n\
                    1 a v0.1.0\n\
                    2 b v2.0.0\n\
                    3 c v3.0.0\n\
                    2 c v3.0.0\n\
                    2 c v4.0.0\n\
                    1 b v2.0.0\n\
                    2 c v3.0.0\n\
                    1 c v3.0.0\n";
        check(tree, 0, &[("top 1.0.0", 4)]);
        check(tree, 1, &[("a 0.1.0", 3), ("b 2.0.0", 1), ("c 3.0.0", 0)]);
        check("", 0, &[]);
    }
}
