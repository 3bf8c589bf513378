//! Passing a request on: the gateway against nginx alone, against nginx that asks the gateway, and against a proxy
//! that does nothing but pass on.

use super::Programs;
use super::load::{Competitor, Load, in_turn};
use super::nginx::Nginx;
use super::question::of_a_browser;
use super::table::Table;
use crate::bench::program::Program;

const ROUNDS: usize = 3;
const LOAD: Load = Load {
    connections: 64,
    seconds: 3,
};

pub(super) fn measure(programs: &Programs, table: &mut Table) -> anyhow::Result<()> {
    let place = std::env::temp_dir().join(format!("menshen-bench-site-{}", std::process::id()));
    std::fs::create_dir(&place)?;
    let folder = crate::bench::Folder(place);
    let site = Nginx::of_files(&folder.0)?;
    let scene = programs.scene(Some(&format!("http://{}", site.address)), 1, 0)?;
    let gateway = scene.start_gateway()?;
    let passing = Nginx::before(&folder.0, site.address)?;
    let asking = Nginx::asking(&folder.0, site.address, scene.gateway_address)?;
    let upstream = site.address.to_string();
    let floor = Program::start_wide(&programs.passing, &[&upstream], &folder.0)?;
    for (path, name) in [("/1k", "1 KiB"), ("/1m", "1 MiB")] {
        let script = of_a_browser(scene.folder(), scene.gateway_address, path)?;
        let [ours, alone, with_check, least] = in_turn(
            &[
                Competitor {
                    address: scene.gateway_address,
                    processes: &[gateway.id()],
                    script: &script,
                },
                Competitor {
                    address: passing.address,
                    processes: &[passing.id()],
                    script: &script,
                },
                Competitor {
                    address: asking.address,
                    processes: &[asking.id(), gateway.id()],
                    script: &script,
                },
                Competitor {
                    address: floor.address,
                    processes: &[floor.id()],
                    script: &script,
                },
            ],
            LOAD,
            ROUNDS,
        )?;
        let what = format!("proxying {name}, against nginx `proxy_pass`, which asks nobody");
        table.compare(&what, &ours, &alone, "at least 0.90");
        let what = format!("proxying {name}, against nginx `auth_request` to our check");
        table.compare(&what, &ours, &with_check, "more than 1");
        let what = format!("proxying {name}, against the least that hyper can do");
        table.compare(&what, &ours, &least, "");
        let what = format!("the least that hyper can do, {name}, against nginx `proxy_pass`");
        table.compare(&what, &least, &alone, "");
    }
    Ok(())
}
