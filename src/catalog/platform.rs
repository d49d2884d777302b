//! The gateway a gallery is written for, and the services, models and paths behind it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Endpoint, did_you_mean};

/// What an endpoint makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// Still pictures.
    Image,
    /// Moving pictures.
    Video,
    /// Music, speech and sounds.
    Audio,
    /// Words.
    Text,
}

impl Modality {
    /// Every modality, in the order shown.
    pub const ALL: [Modality; 4] =
        [Modality::Image, Modality::Video, Modality::Audio, Modality::Text];

    /// The name used in data and URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Modality::Image => "image",
            Modality::Video => "video",
            Modality::Audio => "audio",
            Modality::Text => "text",
        }
    }

    /// The modality with this slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Modality> {
        Modality::ALL.into_iter().find(|modality| modality.slug() == slug)
    }
}

/// The API gateway: where calls go, whose key they carry, which MCP server agents install.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// The name shown to visitors.
    pub name: String,
    /// Scheme and host, without a trailing slash.
    pub base_url: String,
    /// The address the vendor's SDKs call unless they are told another.
    pub sdk_base_url: String,
    /// The path of a call, with `{service}` and `{endpoint}` to be replaced.
    pub path: String,
    /// The environment variable every snippet reads the key from.
    pub key_variable: String,
    /// Where a visitor gets a key.
    pub key_url: String,
    /// The name the MCP server is registered under.
    pub mcp_name: String,
    /// The command that starts the MCP server, one argument an item.
    pub mcp_command: Vec<String>,
}

/// Who makes models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its key.
    pub slug: String,
    /// Its name as it writes it.
    pub name: String,
}

/// One product family of the gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The part of the path that names it, `gpt_image_2`.
    pub slug: String,
    /// Its name as its maker writes it, "GPT Image 2".
    pub name: String,
    /// Who makes it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Its package in each language.
    pub sdk: Sdk,
    /// Its paths.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
}

/// A service's packages. The names cannot be derived from the slug: they have exceptions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sdk {
    /// npm.
    pub javascript: PackageName,
    /// PyPI.
    pub python: PackageName,
    /// RubyGems.
    pub ruby: PackageName,
    /// The Go module.
    pub go: PackageName,
    /// Packagist.
    pub php: PackageName,
}

/// What to install, what to import, what to construct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageName {
    /// The name in the registry.
    pub package: String,
    /// The name to import, where it is not the package's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The client class.
    pub client: String,
}

impl PackageName {
    /// The name to import.
    #[must_use]
    pub fn import(&self) -> &str {
        self.module.as_deref().unwrap_or(&self.package)
    }
}

/// Where a model is found in the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct ModelRef<'a> {
    /// The model's name, `gpt-image-2`.
    pub slug: &'a str,
    /// The service that offers it.
    pub service: &'a Service,
    /// Who makes it, where that is known.
    pub provider: Option<&'a Provider>,
}

/// A contradiction in a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogFault {
    /// Keys and list positions from the document's root to the faulty value.
    pub path: Vec<String>,
    /// The fault and its remedy.
    pub message: String,
}

/// Everything that can be called: consistent, and quick to look things up in.
#[derive(Clone, Debug)]
pub struct Catalog {
    platform: Platform,
    providers: Vec<Provider>,
    services: Vec<Service>,
    endpoints: HashMap<String, (usize, usize)>,
    models: BTreeMap<String, usize>,
}

impl Catalog {
    /// Builds a catalogue from its parts.
    ///
    /// # Errors
    /// Every contradiction found: names used twice, a provider or text field that does not
    /// exist, a model offered by two services.
    pub fn new(
        platform: Platform,
        providers: Vec<Provider>,
        services: Vec<Service>,
    ) -> Result<Self, Vec<CatalogFault>> {
        let mut faults = platform_faults(&platform);
        let known = provider_slugs(&providers, &mut faults);
        let mut endpoints = HashMap::new();
        let mut models: BTreeMap<String, usize> = BTreeMap::new();
        let mut seen = HashSet::new();
        for (at, service) in services.iter().enumerate() {
            let path = |rest: &[&str]| {
                let mut path = vec![String::from("services"), at.to_string()];
                path.extend(rest.iter().map(ToString::to_string));
                path
            };
            if !seen.insert(service.slug.as_str()) {
                faults.push(CatalogFault {
                    path: path(&["slug"]),
                    message: format!("service \"{}\" is listed twice", service.slug),
                });
            }
            if let Some(provider) = &service.provider
                && !known.contains(provider.as_str())
            {
                let hint = did_you_mean(provider, known.iter().copied()).map_or_else(
                    || "add it to [[providers]]".into(),
                    |n| format!("did you mean \"{n}\"?"),
                );
                faults.push(CatalogFault {
                    path: path(&["provider"]),
                    message: format!("unknown provider \"{provider}\"; {hint}"),
                });
            }
            for (index, endpoint) in service.endpoints.iter().enumerate() {
                let index_text = index.to_string();
                let id = format!("{}/{}", service.slug, endpoint.slug);
                if endpoints.insert(id.clone(), (at, index)).is_some() {
                    faults.push(CatalogFault {
                        path: path(&["endpoints", &index_text, "slug"]),
                        message: format!("endpoint \"{id}\" is listed twice"),
                    });
                }
                for message in endpoint_faults(endpoint) {
                    faults.push(CatalogFault {
                        path: path(&["endpoints", &index_text, "text_field"]),
                        message,
                    });
                }
                for model in &endpoint.models {
                    if *models.entry(model.clone()).or_insert(at) != at {
                        faults.push(CatalogFault {
                            path: path(&["endpoints", &index_text, "models"]),
                            message: format!(
                                "model \"{model}\" belongs to another service already"
                            ),
                        });
                    }
                }
            }
        }
        if faults.is_empty() {
            Ok(Self { platform, providers, services, endpoints, models })
        } else {
            Err(faults)
        }
    }

    /// The gateway.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Everyone who makes models.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// Every service.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The provider with this slug.
    #[must_use]
    pub fn provider(&self, slug: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.slug == slug)
    }

    /// The service and endpoint with this id, `gpt_image_2/text_to_image`.
    #[must_use]
    pub fn endpoint(&self, id: &str) -> Option<(&Service, &Endpoint)> {
        let (service, endpoint) = *self.endpoints.get(id)?;
        let service = self.services.get(service)?;
        Some((service, service.endpoints.get(endpoint)?))
    }

    /// The ids of all endpoints.
    pub fn endpoint_ids(&self) -> impl Iterator<Item = &str> {
        self.endpoints.keys().map(String::as_str)
    }

    /// The model with this name.
    #[must_use]
    pub fn model(&self, slug: &str) -> Option<ModelRef<'_>> {
        let (slug, service) = self.models.get_key_value(slug)?;
        self.model_ref(slug, *service)
    }

    /// Every model, by name.
    pub fn models(&self) -> impl Iterator<Item = ModelRef<'_>> {
        self.models.iter().filter_map(|(slug, service)| self.model_ref(slug, *service))
    }

    fn model_ref<'a>(&'a self, slug: &'a str, service: usize) -> Option<ModelRef<'a>> {
        let service = self.services.get(service)?;
        let provider = service.provider.as_deref().and_then(|slug| self.provider(slug));
        Some(ModelRef { slug, service, provider })
    }
}

fn platform_faults(platform: &Platform) -> Vec<CatalogFault> {
    let mut faults = Vec::new();
    let mut fault = |key: &str, message: &str| {
        faults.push(CatalogFault {
            path: vec!["platform".into(), key.into()],
            message: message.into(),
        });
    };
    let is_url = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    let is_plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"\"'`\\<>".contains(&b))
    };
    if !is_url(&platform.base_url)
        || !is_plain(&platform.base_url)
        || platform.base_url.ends_with('/')
    {
        fault("base_url", "must be an http or https address without a trailing slash");
    }
    if !is_plain(&platform.path)
        || !platform.path.starts_with('/')
        || !platform.path.contains("{endpoint}")
    {
        fault("path", "must begin with / and hold {endpoint}, as in /v1/{service}/{endpoint}");
    }
    if !is_url(&platform.key_url) || !is_plain(&platform.key_url) {
        fault("key_url", "must be an http or https address");
    }
    let is_variable = |name: &str| {
        name.bytes()
            .enumerate()
            .all(|(at, b)| b == b'_' || b.is_ascii_alphabetic() || (at > 0 && b.is_ascii_digit()))
    };
    if platform.key_variable.is_empty() || !is_variable(&platform.key_variable) {
        fault("key_variable", "must be a name of letters, digits and underscores");
    }
    if platform.mcp_command.is_empty() {
        fault("mcp_command", "must name a command");
    }
    faults
}

fn provider_slugs<'a>(
    providers: &'a [Provider],
    faults: &mut Vec<CatalogFault>,
) -> HashSet<&'a str> {
    let mut known = HashSet::new();
    for (at, provider) in providers.iter().enumerate() {
        if !known.insert(provider.slug.as_str()) {
            faults.push(CatalogFault {
                path: vec!["providers".into(), at.to_string(), "slug".into()],
                message: format!("provider \"{}\" is listed twice", provider.slug),
            });
        }
    }
    known
}

fn endpoint_faults(endpoint: &Endpoint) -> Vec<String> {
    let fields = std::iter::once(&endpoint.text_field)
        .chain(endpoint.text_field_when.iter().map(|other| &other.field));
    fields
        .filter(|field| !endpoint.parameters.contains_key(*field))
        .map(|field| format!("the text field \"{field}\" is not among the parameters"))
        .collect()
}
