//  ConfigFile.swift - AWS's config file as commands need it: read, or the end of the process.

import LiveWorld
import SSOOIDC
import SSOScript

/// AWS's config file, if there is one.
enum ConfigFile {
  static func read(_ environment: LiveEnvironment) -> AWSConfig {
    var config = AWSConfig()
    guard let path = AWSConfig.path(environment: environment.value) else {
      config.origin = .homeless
      return config
    }
    guard ThisProcess.isThere(path) else {
      config.origin = .absent(path)
      return config
    }
    let bytes: [UInt8]
    do throws(DoorError) {
      bytes = try ThisProcess.read(path, limit: AWSConfig.sizeLimit)
    } catch {
      fail(error.message)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      fail("\(path): not UTF-8; save it in that encoding")
    }
    do throws(SSOError) {
      config = try AWSConfig.parse(text)
    } catch {
      fail("\(path): \(error.message)")
    }
    config.origin = .file(path)
    return config
  }

  private static func fail(_ message: String) -> Never {
    Standard.error("ssoscript: \(message)")
    Standard.exit(.configuration)
  }
}
