use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) errors: String,
}

/// Runs `bip` in this folder to its end.
pub(crate) fn bip(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_bip"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        bytes: output.stdout,
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Run {
    /// What it printed, after all went well.
    #[track_caller]
    pub(crate) fn text(self) -> String {
        assert_eq!((self.code, &*self.errors), (0, ""));
        String::from_utf8(self.bytes).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }

    /// The JSON on stderr, after a failure that printed nothing else.
    #[track_caller]
    pub(crate) fn failure(self) -> Value {
        assert_eq!((self.code, &*self.bytes), (1, &b""[..]), "{}", self.errors);
        serde_json::from_str(&self.errors).unwrap()
    }
}
