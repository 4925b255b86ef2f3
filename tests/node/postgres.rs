//! A Postgres server of a test's own: Debian's, where it is installed.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

/// Where Debian keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Nobody in particular: Postgres does not run as root.
const NOBODY: u32 = 65_534;

static SERVERS: AtomicU32 = AtomicU32::new(0);

/// A server that listens on a socket in a folder, and ends with the test.
pub struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    process: Option<Child>,
}

impl Postgres {
    /// A new server; `None` where there is no Postgres, which is told.
    ///
    /// # Panics
    /// If there is one that does not run.
    pub fn start() -> Option<Self> {
        let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
        let programs = versions.map(|version| version.path().join("bin"));
        let Some(programs) = programs.filter(|bin| bin.join("initdb").exists()).max() else {
            eprintln!("There is no Postgres here: this is not tested.");
            return None;
        };
        let number = SERVERS.fetch_add(1, Ordering::Relaxed);
        // Short: the name of a socket has no more than 107 bytes.
        let name = format!("farthing-pg-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).expect("there is room");
        let open = fs::Permissions::from_mode(0o777);
        fs::set_permissions(&folder, open).expect("it is ours");
        let mut server = Self {
            folder,
            programs,
            process: None,
        };
        let words = [
            "-D",
            "data",
            "-U",
            "farthing",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
        ];
        let made = server.program("initdb").args(words).output();
        let made = made.expect("initdb runs");
        assert!(made.status.success(), "{made:?}");
        server.run();
        Some(server)
    }

    /// Its URL.
    pub fn url(&self) -> String {
        let folder = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://farthing@{folder}/postgres")
    }

    /// Stops it as a crash does: without any tidying up.
    pub fn crash(&mut self) {
        if let Some(mut process) = self.process.take() {
            let id = process.id().to_string();
            let _ = Command::new("kill").args(["-QUIT", &id]).status();
            let _ = process.wait();
        }
    }

    /// Starts it again.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn run(&mut self) {
        let mut program = self.program("postgres");
        program
            .args(["-D", "data", "-h", "", "-k"])
            .arg(&self.folder);
        self.process = Some(program.spawn().expect("postgres runs"));
        for _ in 0..600 {
            let mut ready = self.program("pg_isready");
            ready.arg("-h").arg(&self.folder);
            if ready.status().is_ok_and(|status| status.success()) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("Postgres does not answer");
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .current_dir(&self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

fn is_root() -> bool {
    fs::metadata(Path::new("/proc/self")).is_ok_and(|process| process.uid() == 0)
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.crash();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
