//  PolicyWork.swift - the thread, the loop and the world that work with policies needs.

import EventLoop
import LiveWorld
import SSOOIDC
import SSOScript

/// Work with policies in the live world.
enum PolicyWork {
  /// Gives what `body` does, or ends the process with its error.
  static func run<Value: Sendable>(
    _ body: @escaping @Sendable (World, EventLoop) async throws(SSOError) -> Value
  ) -> Value {
    do throws(EventLoopError) {
      let loop = try EventLoop()
      let world = World.live(loop: loop, environment: LiveEnvironment())
      let result = try LoopRun.wait(on: loop) { () -> Result<Value, SSOError> in
        do throws(SSOError) { return .success(try await body(world, loop)) } catch {
          return .failure(error)
        }
      }
      switch result {
      case .success(let value): return value
      case .failure(let error): Standard.error("ssoscript policy: \(error.message)")
      case nil: break
      }
    } catch {
      Standard.error("ssoscript policy: \(error)")
    }
    Standard.exit(.configuration)
  }
}
