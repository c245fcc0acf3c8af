//! The proxies of the API: relays of the run by name, each with its toxics, which are written to it as faults.
//! Never reads HTTP.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use sockeye_core::{
    address::Address,
    event::Failure,
    limit::{API_PROXIES, API_TOXICS},
    plan::RelayEnds,
    stage::FaultSpec,
    unit::{Medium, Way},
};
use sockeye_net::run::{Lookup, Relays, Stand};

use super::{body::RequestBody, refusal::ApiRefusal, toxic::Toxic};

/// Where a proxy listens that was not told.
const ANYWHERE: &str = "127.0.0.1:0";

/// All of them; what changes one holds them all for so long.
pub(super) struct Proxies {
    relays: Relays,
    all: BTreeMap<String, Proxy>,
}

/// One proxy.
pub(super) struct Proxy {
    stand: Arc<Stand>,
    /// As it was given, and once it was open as it was bound.
    listen: String,
    upstream: String,
    toxics: Vec<Toxic>,
}

/// A proxy as it is asked for.
struct Asked {
    name: String,
    listen: String,
    upstream: String,
    ends: RelayEnds,
    state: ProxyState,
}

/// Whether clients are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProxyState {
    Enabled,
    Disabled,
}

impl ProxyState {
    fn of(flag: Option<bool>) -> Option<Self> {
        flag.map(|enabled| if enabled { Self::Enabled } else { Self::Disabled })
    }
}

/// One end, as a client of the API writes it.
fn end(name: &str, text: &str) -> Result<Address, ApiRefusal> {
    match Address::parse(text) {
        Ok(Address::Stdio) => Err(ApiRefusal::body(format_args!("{name}: it is no address: {text}"))),
        Ok(address) => Ok(address),
        Err(error) => Err(ApiRefusal::body(format_args!("{name}: {error}"))),
    }
}

/// An address as toxiproxy writes it: that of TCP is a host and a port alone.
fn plain(address: &str) -> String {
    address.strip_prefix("tcp://").unwrap_or(address).to_owned()
}

impl Asked {
    /// Reads what has to be there; `place` says where the object stands.
    fn read(body: RequestBody<'_>, place: &str) -> Result<Self, ApiRefusal> {
        let name = body.needed("name", place)?;
        let upstream = body.needed("upstream", place)?;
        let listen = body.text("listen")?.filter(|listen| !listen.is_empty()).unwrap_or(ANYWHERE);
        let ends = RelayEnds { address: end("listen", listen)?, target: end("upstream", upstream)? };
        let state = ProxyState::of(body.flag("enabled")?).unwrap_or(ProxyState::Enabled);
        Ok(Self { name: name.into(), listen: listen.into(), upstream: upstream.into(), ends, state })
    }
}

impl Proxy {
    /// One that the run has already.
    fn found(stand: Arc<Stand>) -> Self {
        let listen = plain(&stand.ends().address.to_string());
        let upstream = plain(&stand.ends().target.to_string());
        let mut proxy = Self { stand, listen, upstream, toxics: Vec::new() };
        proxy.look();
        proxy
    }

    /// Takes over where it was bound.
    fn look(&mut self) {
        if let Some(shown) = self.stand.shown().first() {
            self.listen = plain(shown);
        }
    }

    async fn open(&mut self) -> Result<(), Failure> {
        self.stand.open().await?;
        self.look();
        Ok(())
    }

    /// Whether it stands somewhere else than is asked for.
    fn differs(&self, listen: &str, ends: &RelayEnds) -> bool {
        let stays = listen == self.listen || ends.address == *self.stand.address();
        !stays || ends.target != self.stand.ends().target
    }

    fn medium(&self) -> Medium {
        self.stand.ends().address.medium()
    }

    /// Its toxics, but for those whose faults somebody has cleared at the console.
    fn standing(&self) -> Vec<Toxic> {
        let mut faults = self.stand.faults();
        let mut stands = |fault: &FaultSpec| {
            let place = faults.iter().position(|other| other == fault);
            place.map(|place| faults.remove(place)).is_some()
        };
        self.toxics.iter().filter(|toxic| toxic.fault.as_ref().is_none_or(&mut stands)).cloned().collect()
    }

    /// Its toxics change, and the faults of its relay with them. Faults that are no toxics, as those of the command line, stay
    /// where they are, before the others.
    fn change_toxics(&mut self, toxics: Vec<Toxic>) {
        let mut faults: Vec<FaultSpec> = self.stand.faults();
        for fault in self.standing().into_iter().filter_map(|toxic| toxic.fault) {
            if let Some(place) = faults.iter().rposition(|other| *other == fault) {
                faults.remove(place);
            }
        }
        faults.extend(in_order(&toxics).filter_map(|toxic| toxic.fault.clone()));
        self.toxics = toxics;
        self.stand.set_faults(faults);
    }

    pub(super) fn toxics(&self) -> Value {
        in_order(&self.standing()).map(Toxic::shown).collect()
    }

    pub(super) fn toxic(&self, name: &str) -> Result<Value, ApiRefusal> {
        let toxic = self.standing().into_iter().find(|toxic| toxic.name == name);
        toxic.as_ref().map(Toxic::shown).ok_or_else(ApiRefusal::no_toxic)
    }

    pub(super) fn add_toxic(&mut self, body: RequestBody<'_>) -> Result<Value, ApiRefusal> {
        let toxic = Toxic::read(body, self.medium())?;
        let mut toxics = self.standing();
        if toxics.iter().any(|other| other.name == toxic.name) {
            return Err(ApiRefusal::new(StatusCode::CONFLICT, "toxic already exists"));
        }
        if toxics.len() >= API_TOXICS {
            return Err(ApiRefusal::body(format_args!("a proxy has at most {API_TOXICS} toxics")));
        }
        let shown = toxic.shown();
        toxics.push(toxic);
        self.change_toxics(toxics);
        Ok(shown)
    }

    pub(super) fn change_toxic(&mut self, name: &str, body: RequestBody<'_>) -> Result<Value, ApiRefusal> {
        let (mut toxics, medium) = (self.standing(), self.medium());
        let toxic = toxics.iter_mut().find(|toxic| toxic.name == name).ok_or_else(ApiRefusal::no_toxic)?;
        toxic.change(body, medium)?;
        let shown = toxic.shown();
        self.change_toxics(toxics);
        Ok(shown)
    }

    pub(super) fn remove_toxic(&mut self, name: &str) -> Result<(), ApiRefusal> {
        let mut toxics = self.standing();
        let place = toxics.iter().position(|toxic| toxic.name == name).ok_or_else(ApiRefusal::no_toxic)?;
        toxics.remove(place);
        self.change_toxics(toxics);
        Ok(())
    }

    /// As it is answered under its name.
    pub(super) fn shown(&self, name: &str) -> Value {
        json!({
            "name": name,
            "listen": self.listen,
            "upstream": self.upstream,
            "enabled": self.stand.is_open(),
            "toxics": self.toxics(),
        })
    }
}

/// Those upstream first, as toxiproxy has them; each direction in the order in which they were added.
fn in_order(toxics: &[Toxic]) -> impl Iterator<Item = &Toxic> {
    let of = |way: Way| toxics.iter().filter(move |toxic| toxic.way() == way);
    of(Way::Up).chain(of(Way::Down))
}

impl Proxies {
    /// Those that the run has already.
    pub(super) fn new(relays: Relays) -> Self {
        let all = relays.list().into_iter().map(|(name, stand)| (name, Proxy::found(stand))).collect();
        Self { relays, all }
    }

    /// All of them by name.
    pub(super) fn shown(&self) -> Value {
        let shown: Map<String, Value> =
            self.all.iter().map(|(name, proxy)| (name.clone(), proxy.shown(name))).collect();
        Value::Object(shown)
    }

    pub(super) fn get(&self, name: &str) -> Result<&Proxy, ApiRefusal> {
        self.all.get(name).ok_or_else(ApiRefusal::no_proxy)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Result<&mut Proxy, ApiRefusal> {
        self.all.get_mut(name).ok_or_else(ApiRefusal::no_proxy)
    }

    /// Adds one whose name is free.
    async fn add(&mut self, asked: Asked) -> Result<Value, ApiRefusal> {
        if self.all.len() >= API_PROXIES {
            return Err(ApiRefusal::body(format_args!("there are at most {API_PROXIES} proxies")));
        }
        let Asked { name, listen, upstream, ends, state } = asked;
        let stand = self.relays.add(&name, ends, Lookup::WhenDialed, Vec::new());
        let proxy = Proxy { stand, listen, upstream, toxics: Vec::new() };
        // It is there before it is open: a request that is broken off leaves nothing open that nobody knows.
        let proxy = self.all.entry(name.clone()).insert_entry(proxy).into_mut();
        if state == ProxyState::Enabled
            && let Err(failure) = proxy.open().await
        {
            self.relays.remove(&name);
            self.all.remove(&name);
            return Err(ApiRefusal::failed(&failure));
        }
        Ok(proxy.shown(&name))
    }

    pub(super) async fn create(&mut self, body: RequestBody<'_>) -> Result<Value, ApiRefusal> {
        let asked = Asked::read(body, "")?;
        if self.all.contains_key(&asked.name) {
            return Err(ApiRefusal::new(StatusCode::CONFLICT, "proxy already exists"));
        }
        self.add(asked).await
    }

    /// Each of a list is there afterwards: one that stands where it is asked for stays as it is, another is replaced. What was
    /// done before the first that fails is done.
    pub(super) async fn populate(&mut self, list: &Value) -> (Vec<Value>, Result<(), ApiRefusal>) {
        let mut done = Vec::new();
        let outcome = self.populate_into(list, &mut done).await;
        (done, outcome)
    }

    async fn populate_into(&mut self, list: &Value, done: &mut Vec<Value>) -> Result<(), ApiRefusal> {
        let list = list.as_array().ok_or_else(|| ApiRefusal::body("it is not an array"))?;
        let all: Result<Vec<Asked>, ApiRefusal> = (list.iter().enumerate())
            .map(|(index, value)| Asked::read(RequestBody::of(value)?, &format!(" at proxy {}", index + 1)))
            .collect();
        for asked in all? {
            if let Some(proxy) = self.all.get(&asked.name) {
                if !proxy.differs(&asked.listen, &asked.ends) {
                    done.push(proxy.shown(&asked.name));
                    continue;
                }
                self.remove(&asked.name).await?;
            }
            done.push(self.add(asked).await?);
        }
        Ok(())
    }

    /// Changes where one stands, and whether it is open; its toxics stay.
    pub(super) async fn update(&mut self, name: &str, body: RequestBody<'_>) -> Result<Value, ApiRefusal> {
        let Self { relays, all } = self;
        let Entry::Occupied(mut entry) = all.entry(name.to_owned()) else {
            return Err(ApiRefusal::no_proxy());
        };
        let proxy = entry.get_mut();
        let given = |field| body.text(field).map(|text| text.filter(|text| !text.is_empty()));
        let listen = given("listen")?.filter(|listen| *listen != proxy.listen);
        let upstream = given("upstream")?.filter(|upstream| *upstream != proxy.upstream);
        let was = if proxy.stand.is_open() { ProxyState::Enabled } else { ProxyState::Disabled };
        let state = ProxyState::of(body.flag("enabled")?).unwrap_or(was);
        let own = (proxy.stand.address(), &proxy.stand.ends().target);
        let ends = RelayEnds {
            address: listen.map_or_else(|| Ok(own.0.clone()), |text| end("listen", text))?,
            target: upstream.map_or_else(|| Ok(own.1.clone()), |text| end("upstream", text))?,
        };
        if proxy.differs(listen.unwrap_or(&proxy.listen), &ends) {
            let faults = proxy.stand.faults();
            proxy.stand.over().await;
            proxy.stand = relays.add(name, ends, Lookup::WhenDialed, faults);
            proxy.listen = listen.map_or_else(|| proxy.listen.clone(), str::to_owned);
            proxy.upstream = upstream.map_or_else(|| proxy.upstream.clone(), str::to_owned);
        }
        match state {
            ProxyState::Enabled => proxy.open().await.map_err(|failure| ApiRefusal::failed(&failure))?,
            ProxyState::Disabled => proxy.stand.over().await,
        }
        Ok(proxy.shown(name))
    }

    pub(super) async fn remove(&mut self, name: &str) -> Result<(), ApiRefusal> {
        let proxy = self.all.remove(name).ok_or_else(ApiRefusal::no_proxy)?;
        self.relays.remove(name);
        proxy.stand.over().await;
        Ok(())
    }

    /// All of them are open and without toxics afterwards.
    pub(super) async fn reset(&mut self) -> Result<(), ApiRefusal> {
        for proxy in self.all.values_mut() {
            proxy.open().await.map_err(|failure| ApiRefusal::failed(&failure))?;
            proxy.change_toxics(Vec::new());
        }
        Ok(())
    }
}
