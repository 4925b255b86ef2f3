//! `farthing gateway publish`.

use crate::{
    outcome::{Outcome, Stop},
    session::Session,
    values::Amount,
};
use clap::{Args, ValueHint};
use farthing_client::{files::content_of, Account, Call, Error};
use farthing_contracts::storefront::{
    catalogue::{Content, Listing},
    StorefrontRef, MAX_TITLE,
};
use farthing_types::{Balance, CreatorId, Hash, ItemId};
use ink::codegen::TraitCallBuilder;
use serde::Deserialize;
use serde_json::json;
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// The file in the folder with titles and prices; it is not sold itself.
const LIST: &str = "items.toml";
/// How a file begins that was written here, and may be written again.
const MARK: &str = "# Written by `farthing gateway publish`.\n";
/// How many items are asked for at once.
const PAGE: u32 = 50;

/// Publishes the files of a folder.
///
/// Titles and prices are in items.toml in the folder, which has a table `item` with file, title and price for each file
/// that is sold; without it, all files are, each under its name and for --price. What was published before is known
/// by its content.
#[derive(Args)]
pub struct Publish {
    /// The folder.
    #[arg(value_hint = ValueHint::DirPath)]
    folder: PathBuf,
    /// The creator whose items they are.
    #[arg(long)]
    creator: String,
    /// What a file costs, if the list does not say, in the chain's token.
    #[arg(long)]
    price: Option<Amount>,
    /// How the site is reached from outside, such as `https://ada.example`.
    #[arg(long)]
    url: String,
    /// The gateway's file, which is written.
    #[arg(long, value_hint = ValueHint::FilePath)]
    to: PathBuf,
}

/// The list of a folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(rename = "item")]
    items: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    title: Option<String>,
    price: Option<String>,
}

/// What is to be published.
struct Wanted {
    file: String,
    title: String,
    price: Balance,
    content: Hash,
}

impl Publish {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let wanted = self.wanted(session)?;
        self.must_be_ours()?;
        let (creator, of_creator) = session.creator(&self.creator).await?;
        let known = published(session, creator).await?;
        for one in &wanted {
            if !known.contains_key(&one.content) {
                self.publish(session, creator, one).await?;
            }
        }
        if session.settings.dry_run {
            return Err(Stop::Planned);
        }
        let known = published(session, creator).await?;
        let text = self.text(session, creator, of_creator.owner.into(), &wanted, &known)?;
        fs::write(&self.to, text).map_err(|error| Error::file(&self.to, error))?;
        let items = wanted.iter().map(|one| {
            json!({
                "file": one.file,
                "title": one.title,
                "price": one.price.to_string(),
                "item": known.get(&one.content),
            })
        });
        session.output.say(format!(
            "{} is written: farthing gateway {} sells {} files.",
            self.to.display(),
            self.to.display(),
            wanted.len()
        ));
        session.output.field("items", items.collect::<Vec<_>>());
        session.output.field("file", self.to.display().to_string());
        Ok(())
    }

    fn wanted(&self, session: &Session) -> Result<Vec<Wanted>, Error> {
        let one = |entry: Entry| {
            let path = self.folder.join(&entry.file);
            if !is_plain(&entry.file) || !path.is_file() {
                return Err(Error::Input(format!(
                    "{:?} is no file of {} whose name is letters, digits, points, hyphens, underscores and spaces.",
                    entry.file,
                    self.folder.display()
                )));
            }
            let price = match (&entry.price, &self.price) {
                (Some(price), _) => session.token().parse(price)?,
                (None, Some(price)) => price.of(session.token())?,
                (None, None) => {
                    let lacks = format!("{:?} has no price, and no --price is given.", entry.file);
                    return Err(Error::Input(lacks));
                }
            };
            let title = entry.title.unwrap_or_else(|| entry.file.clone());
            if title.len() > MAX_TITLE {
                let long = format!(
                    "The title of {:?} has more than {MAX_TITLE} bytes.",
                    entry.file
                );
                return Err(Error::Input(long));
            }
            Ok(Wanted {
                content: content_of(&path)?,
                file: entry.file,
                title,
                price,
            })
        };
        let wanted: Vec<_> = self
            .entries()?
            .into_iter()
            .map(one)
            .collect::<Result<_, _>>()?;
        match wanted.is_empty() {
            true => Err(Error::Input(format!(
                "There are no files in {}.",
                self.folder.display()
            ))),
            false => Ok(wanted),
        }
    }

    /// Returns what the list has, or else all files.
    fn entries(&self) -> Result<Vec<Entry>, Error> {
        let list = self.folder.join(LIST);
        match fs::read_to_string(&list) {
            Ok(text) => {
                let read = toml::from_str::<List>(&text);
                let wrong = |error| Error::Input(format!("{}: {error}", list.display()));
                return Ok(read.map_err(wrong)?.items);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (),
            Err(error) => return Err(Error::file(&list, error)),
        }
        let failed = |error| Error::file(&self.folder, error);
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_file() && !name.starts_with('.') {
                files.push(name);
            }
        }
        files.sort();
        let entry = |file| Entry {
            file,
            title: None,
            price: None,
        };
        Ok(files.into_iter().map(entry).collect())
    }

    async fn publish(&self, session: &mut Session, creator: CreatorId, one: &Wanted) -> Outcome {
        let mut shop: StorefrontRef = session.contract()?;
        let listing = Listing {
            price: one.price,
            pay_what_you_want: false,
            period: None,
            referral: 0,
            tier: None,
            copies: None,
        };
        let content = Content {
            commitment: one.content,
            title: one.title.clone(),
            uri: String::new(),
        };
        let message = shop.call_mut().publish(creator, listing, content);
        let words = format!("Publish {} for {}", one.file, self.creator);
        session.act(&words, Call::new(message, 0)).await?;
        Ok(())
    }

    /// A file that somebody else wrote is not written over.
    fn must_be_ours(&self) -> Result<(), Error> {
        match fs::read_to_string(&self.to) {
            Ok(text) if !text.starts_with(MARK) => Err(Error::Input(format!(
                "{} was not written by this command: name another with --to.",
                self.to.display()
            ))),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::file(&self.to, error))
            }
            _ => Ok(()),
        }
    }

    /// Returns the gateway's file.
    fn text(
        &self,
        session: &Session,
        creator: CreatorId,
        payee: Account,
        wanted: &[Wanted],
        known: &BTreeMap<Hash, ItemId>,
    ) -> Result<String, Error> {
        let settings = &session.settings;
        // JSON's strings are strings of TOML, too.
        let quoted = |text: &str| json!(text).to_string();
        let absolute = |path: &Path| {
            let path = path
                .canonicalize()
                .map_err(|error| Error::file(path, error));
            path.map(|path| quoted(&path.to_string_lossy()))
        };
        let mut text = format!(
            "{MARK}listen = \"127.0.0.1:8402\"\nstate = \"state\"\n\n[chain]\nnode = {}\nnetwork = {}\ndeployments = {}\n\
             payee = \"{payee}\"\n\n[[site]]\nurl = {}\nfolder = {}\ncreator = {creator}\ndescribe = true\n",
            quoted(&settings.node),
            quoted(&settings.network),
            absolute(&settings.deployments)?,
            quoted(&self.url),
            absolute(&self.folder)?,
        );
        for one in wanted {
            let item = known.get(&one.content);
            let item =
                item.ok_or_else(|| Error::node("an item that was published is not there"))?;
            let price = match one.price {
                0 => "free = true".to_owned(),
                price => format!(
                    "price = {}\nitem = {item}",
                    quoted(&session.token().text(price))
                ),
            };
            let _ = write!(
                text,
                "\n[[site.rule]]\npaths = [{}]\ndescription = {}\n{price}\n",
                quoted(&format!("/{}", one.file)),
                quoted(&one.title)
            );
        }
        Ok(text)
    }
}

/// What is published already, by its content.
async fn published(session: &Session, creator: CreatorId) -> Result<BTreeMap<Hash, ItemId>, Error> {
    let shop: StorefrontRef = session.contract()?;
    let books = session.client.read(shop.call().books(creator)).await?;
    let count = books.map_or(0, |books| books.items);
    let firsts = (0..count).step_by(PAGE as usize);
    let questions = firsts.map(|first| shop.call().items(creator, first, PAGE));
    let pages = session.client.read_all(questions).await?;
    let items = (0..).zip(pages.into_iter().flatten());
    Ok(items
        .map(|(number, item)| (item.content.commitment, number))
        .collect())
}

/// Whether a name means the same as a pattern of paths.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "._- ".contains(c);
    name.chars().all(plain) && !name.starts_with('.') && !name.is_empty()
}
