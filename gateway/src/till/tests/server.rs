//! A Postgres server of a test's own, as Debian packs it.

use std::{
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A server of its own, on a socket in a folder; none where there is no Postgres.
pub struct Server {
    pub folder: tempfile::TempDir,
    process: Option<Child>,
    programs: PathBuf,
}

/// Postgres does not run as root: nobody in particular does.
fn as_nobody(command: &mut Command) -> &mut Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| {
        use std::os::unix::fs::MetadataExt;
        process.uid() == 0
    });
    match is_root {
        true => command.uid(65534).gid(65534),
        false => command,
    }
}

impl Server {
    pub fn start() -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let programs = versions
            .filter_map(|version| Some(version.ok()?.path().join("bin")))
            .max()?;
        let folder = tempfile::tempdir().unwrap();
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(folder.path(), open).unwrap();
        let mut making = Command::new(programs.join("initdb"));
        making.current_dir(folder.path());
        making.args([
            "-D",
            "data",
            "-U",
            "farthing",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]);
        let made = as_nobody(&mut making).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let mut server = Self {
            folder,
            process: None,
            programs,
        };
        server.run();
        Some(server)
    }

    pub fn run(&mut self) {
        let mut running = Command::new(self.programs.join("postgres"));
        let folder = self.folder.path();
        running
            .current_dir(folder)
            .args(["-D", "data", "-h", "", "-k"])
            .arg(folder);
        running.stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(as_nobody(&mut running).spawn().unwrap());
        for _ in 0..400 {
            let mut asking = Command::new(self.programs.join("pg_isready"));
            asking.arg("-h").arg(folder).stdout(Stdio::null());
            if asking.status().unwrap().success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("Postgres does not answer");
    }

    pub fn url(&self) -> String {
        url(self.folder.path())
    }

    /// Stops it as a crash does.
    pub fn crash(&mut self) {
        if let Some(mut process) = self.process.take() {
            // SIGQUIT: without any tidying up.
            let id = process.id().to_string();
            let _ = Command::new("kill").args(["-QUIT", &id]).status();
            let _ = process.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.crash();
    }
}

/// How programs name it.
pub fn url(folder: &Path) -> String {
    format!("host={} user=farthing dbname=postgres", folder.display())
}
