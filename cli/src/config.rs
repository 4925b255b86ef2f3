//! The configuration file: `farthing.toml` here or in the nearest folder above that has one, and the user's own
//! in `~/.config/farthing/config.toml`.
//!
//! ```toml
//! network = "local"                       # which one, if nobody says
//! account = "ada"                         # who signs, of the user's own accounts
//!
//! [index]
//! store = "index.sqlite"                  # a file, beside this one, or the URL of a Postgres database
//!
//! [networks.local]
//! node = "ws://127.0.0.1:9944"
//! deployments = "deployments"             # a folder, beside this file
//! explorer = "https://explorer.example/tx/{hash}"
//! token = { symbol = "UNIT", decimals = 12 }
//! ```

use farthing_client::{Error, Token};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// What the file of a project is called.
const NAME: &str = "farthing.toml";

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub network: Option<String>,
    pub account: Option<String>,
    #[serde(default)]
    pub index: Index,
    #[serde(default)]
    pub networks: BTreeMap<String, Network>,
}

/// What it says of the index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    pub store: Option<String>,
}

/// Whether a store is a database's URL, and no file.
pub fn is_url(store: &str) -> bool {
    ["postgres://", "postgresql://"]
        .iter()
        .any(|begin| store.starts_with(begin))
}

/// What it says of a network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    pub node: Option<String>,
    pub deployments: Option<PathBuf>,
    pub explorer: Option<String>,
    pub token: Option<Token>,
}

impl Config {
    /// Reads the files that count: the one that was named, or else the nearest project's and the user's, of which
    /// the project's is believed first.
    ///
    /// # Errors
    /// [`Error::File`], with the line that is wrong.
    pub fn find(named: Option<&Path>) -> Result<Self, Error> {
        if let Some(path) = named {
            let missing = || Error::file(path, "there is no such file");
            return Self::read(path)?.ok_or_else(missing);
        }
        let mut config = Self::default();
        let here = env::current_dir().unwrap_or_default();
        for folder in here.ancestors() {
            if let Some(found) = Self::read(&folder.join(NAME))? {
                config = found;
                break;
            }
        }
        if let Some(own) = own_folder() {
            if let Some(found) = Self::read(&own.join("config.toml"))? {
                config.add(found);
            }
        }
        Ok(config)
    }

    fn read(path: &Path) -> Result<Option<Self>, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file(path, error)),
        };
        let mut config: Self = toml::from_str(&text)
            .map_err(|error| Error::file(path, error.to_string().trim().replace('\n', " ")))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Some(store) = config.index.store.take() {
            config.index.store = Some(match is_url(&store) {
                true => store,
                false => folder.join(store).to_string_lossy().into_owned(),
            });
        }
        for network in config.networks.values_mut() {
            network.deployments = network.deployments.take().map(|to| folder.join(to));
        }
        Ok(Some(config))
    }

    /// Adds what another file says and this one does not.
    fn add(&mut self, other: Self) {
        self.network = self.network.take().or(other.network);
        self.account = self.account.take().or(other.account);
        self.index.store = self.index.store.take().or(other.index.store);
        for (name, theirs) in other.networks {
            let ours = self.networks.entry(name).or_default();
            ours.node = ours.node.take().or(theirs.node);
            ours.deployments = ours.deployments.take().or(theirs.deployments);
            ours.explorer = ours.explorer.take().or(theirs.explorer);
            ours.token = ours.token.take().or(theirs.token);
        }
    }
}

/// The folder of the user's own configuration.
pub fn own_folder() -> Option<PathBuf> {
    of_user("XDG_CONFIG_HOME", ".config")
}

/// The folder of what can be made again.
pub fn cache_folder() -> Option<PathBuf> {
    of_user("XDG_CACHE_HOME", ".cache")
}

/// The folder of what must not be lost.
pub fn state_folder() -> Option<PathBuf> {
    of_user("XDG_STATE_HOME", ".local/state")
}

fn of_user(variable: &str, under_home: &str) -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let folder = set(variable).map(PathBuf::from);
    let folder = folder.or_else(|| set("HOME").map(|home| PathBuf::from(home).join(under_home)));
    folder.map(|folder| folder.join("farthing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<Option<Config>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        fs::write(&path, text).unwrap();
        Config::read(&path)
    }

    #[test]
    fn project_is_believed_before_the_user() {
        let mut project = written("[networks.a]\nnode = \"ws://a\"").unwrap().unwrap();
        let own =
            "network = \"a\"\n[networks.a]\nnode = \"ws://b\"\nexplorer = \"https://x/{hash}\"";
        project.add(written(own).unwrap().unwrap());
        assert_eq!(project.network.as_deref(), Some("a"));
        let network = &project.networks["a"];
        assert_eq!(network.node.as_deref(), Some("ws://a"));
        assert_eq!(network.explorer.as_deref(), Some("https://x/{hash}"));
    }

    #[test]
    fn deployments_are_beside_the_file_that_names_them() {
        let config = written("[networks.a]\ndeployments = \"d\"")
            .unwrap()
            .unwrap();
        let folder = config.networks["a"].deployments.clone().unwrap();
        assert!(folder.is_absolute() && folder.ends_with("d"));
    }

    #[test]
    fn file_of_the_index_is_beside_the_one_that_names_it() {
        let store = |text: &str| written(text).unwrap().unwrap().index.store.unwrap();
        let file = store("[index]\nstore = \"i.sqlite\"");
        assert!(Path::new(&file).is_absolute() && file.ends_with("i.sqlite"));
        let url = "postgres://farthing@127.0.0.1/farthing";
        assert_eq!(store(&format!("[index]\nstore = \"{url}\"")), url);
    }

    #[test]
    fn mistakes_are_refused_with_their_line() {
        for text in [
            "netwrok = \"a\"",
            "[networks.a]\nurl = \"x\"",
            "[index]\nurl = \"x\"",
            "network = 1",
        ] {
            let error = written(text).unwrap_err().to_string();
            assert!(error.contains("line"), "{error}");
        }
    }
}
