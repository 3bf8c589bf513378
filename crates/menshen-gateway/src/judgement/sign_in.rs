//! Where a browser signs in for a site, and comes back from.
//!
//! In: a site, and the path and query it was asked for. Out: an address on the gateway's own host. It
//! names nothing but our own hosts, from the configuration; where the browser may really return to is
//! checked again when the login starts (`login/return_to`).

use form_urlencoded::Serializer;

use super::Judge;
use super::site::Site;

impl Judge {
    /// The address of the sign-in that comes back to `target` at this site.
    pub(crate) fn sign_in_address(&self, site: &Site, target: &str) -> String {
        let mut query = Serializer::new(String::new());
        if site.is_at_gateway {
            query.append_pair("return_to", target);
        } else {
            query.append_pair("return_to", &format!("{}{target}", site.origin));
        }
        if let ([connector], true) = (site.config.connectors.as_slice(), self.has_choice) {
            query.append_pair("connector", connector);
        }
        format!("{}/_menshen/login?{}", self.gateway, query.finish())
    }
}
