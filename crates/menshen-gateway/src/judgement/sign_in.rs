//! Where a browser signs in for a site, and comes back from.
//!
//! In: a site, and the path and query it was asked for. Out: an address on the gateway's own host. It
//! names nothing but our own hosts, from the configuration; where the browser may really return to is
//! checked again when the login starts (`login/return_to`).

use form_urlencoded::Serializer;

use super::Judge;
use super::site::Site;

impl Judge {
    /// The address that a browser is sent to from `target` at this site, to come back there signed in. On
    /// another host than the gateway's own that is the site's own way in, which binds the browser first.
    pub(crate) fn sign_in_address(&self, site: &Site, target: &str) -> String {
        if site.is_at_gateway {
            return self.login_address(site, target, None);
        }
        let mut query = Serializer::new(String::new());
        query.append_pair("return_to", target);
        format!("{}/_menshen/enter?{}", site.origin, query.finish())
    }

    /// The address of the sign-in itself. `browser` is the digest of the binding that the site gave.
    pub(crate) fn login_address(&self, site: &Site, target: &str, browser: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        if site.is_at_gateway {
            query.append_pair("return_to", target);
        } else {
            query.append_pair("return_to", &format!("{}{target}", site.origin));
        }
        if let ([connector], true) = (site.config.connectors.as_slice(), self.has_choice) {
            query.append_pair("connector", connector);
        }
        if let Some(browser) = browser {
            query.append_pair("browser", browser);
        }
        // Nobody has clicked: whoever signed out is asked before a login brings them back (S-159).
        query.append_pair("from", "site");
        format!("{}/_menshen/login?{}", self.gateway, query.finish())
    }
}
