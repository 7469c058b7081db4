//  LiveCaches.swift - cache folders of this machine's disk.

import EventLoop
import SSOOIDC
import SSOScript

/// Folders on the disk.
struct LiveCaches: WorldCaches {
  let loop: EventLoop

  func folder(_ path: String) -> any CacheFolder { LiveCacheFolder(path: path, loop: loop) }
}
