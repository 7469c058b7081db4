//  HTTPArchive.swift - every exchange of a run as HAR 1.2, for browsers and other readers of it.
//
//  Knows: a page for each run of a scenario; times are those of the scenario; no secret is kept.
//  Source: http://www.softwareishard.com/blog/har-12-spec/
//  Does not know: files (Scenarios), how one exchange looks (ArchivedExchange).

internal import SSOOIDC
internal import SSOScript
internal import StrictJSON
internal import Synchronization

/// What was said in a run of scenarios.
public final class HTTPArchive: Sendable {
  /// One run of a scenario; of several with one seed, such as those that make a failure small, the
  /// last counts.
  struct Key: Hashable, Comparable {
    let file: String
    /// Number in the file.
    let scenario: Int
    let seed: UInt64
    /// Of the disk, with `--crash-points`.
    let step: Int

    static func < (left: Key, right: Key) -> Bool {
      (left.file, left.scenario, left.seed, left.step)
        < (right.file, right.scenario, right.seed, right.step)
    }
  }

  /// A page and its entries, without their place among the others.
  fileprivate struct Page {
    let members: JSONObject
    let entries: [JSONObject]
  }

  private struct State {
    var pages: [Key: Page] = [:]
    /// Pages and entries together.
    var size = 0
    var isCut = false
  }

  /// What readers of it still open, and some 100 MB in memory.
  public static let usualLimit = 20_000

  private let limit: Int
  private let state = Mutex(State())

  /// Is to be filled.
  ///
  /// - Parameter limit: Pages and exchanges together; later pages are left out.
  public init(limit: Int = usualLimit) { self.limit = limit }

  /// Begins anew, for another run.
  public func clear() { state.withLock { $0 = State() } }

  /// That something was left out, and why; `nil` where all is there.
  public var omission: String? {
    guard state.withLock({ $0.isCut }) else { return nil }
    return "further runs are left out: an archive has at most \(limit) pages and exchanges"
  }

  /// The whole archive as JSON, whenever it is asked for.
  public var text: String {
    let pages = state.withLock { $0.pages }.sorted { $0.key < $1.key }.map(\.value)
    let names = (1...max(1, pages.count)).map { "page_\($0)" }
    var log: JSONObject = [
      "version": "1.2", "creator": .object(Self.creator),
      "pages": .array(zip(names, pages).map { Self.named($1.members, "id", $0) }),
      "entries": .array(
        zip(names, pages).flatMap { name, page in
          page.entries.map { Self.named($0, "pageref", name) }
        }),
    ]
    if let omission { log["comment"] = .string(omission) }
    let bytes = (try? JSON.object(["log": .object(log)]).encoded(.pretty)) ?? []
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  private static var creator: JSONObject {
    let product = ClientConfiguration.ownProduct.split(separator: "/").map(String.init)
    return ["name": .string(product.first ?? ""), "version": .string(product.last ?? "")]
  }

  private static func named(_ members: JSONObject, _ member: String, _ name: String) -> JSON {
    var members = members
    members[member] = .string(name)
    return .object(members)
  }

  fileprivate func put(_ page: Page, _ key: Key) {
    state.withLock { state in
      let before = state.pages[key].map { $0.entries.count + 1 } ?? 0
      let size = state.size - before + page.entries.count + 1
      guard before > 0 || size <= limit else {
        state.isCut = true
        return
      }
      (state.pages[key], state.size) = (page, size)
    }
  }
}

/// What is said in one run of a scenario.
final class ArchivePage: Sendable {
  private let archive: HTTPArchive
  private let key: HTTPArchive.Key
  private let name: String
  private let exchanges = Mutex<[ArchivedExchange]>([])

  /// - Parameters:
  ///   - archive: Takes the page in the end.
  ///   - key: Which run it is.
  ///   - name: Of the scenario.
  init(_ archive: HTTPArchive, _ key: HTTPArchive.Key, _ name: String) {
    (self.archive, self.key, self.name) = (archive, key, name)
  }

  func add(_ exchange: ArchivedExchange) { exchanges.withLock { $0.append(exchange) } }

  /// Puts all of it into the archive, once all secrets are known.
  func close(_ stage: ScenarioStage, isProperty: Bool) {
    let start = stage.time.start
    let seed = ReplaySeed(seed: key.seed, step: key.step == 0 ? nil : key.step)
    let run = isProperty || key.step > 0 ? " (\(seed))" : ""
    let exchanges = exchanges.withLock { $0 }.sorted { $0.began < $1.began }
    let members: JSONObject = [
      "startedDateTime": .string(start.milliseconds), "id": "",
      "title": .string(stage.secrets.redact("\(key.file) › \(name)\(run)")),
      "pageTimings": ["onContentLoad": -1, "onLoad": -1],
    ]
    archive.put(
      HTTPArchive.Page(
        members: members, entries: exchanges.map { $0.entry(from: start, stage.secrets) }), key)
  }
}

/// A network whose exchanges are archived.
struct ArchivingTransport: HTTPTransport {
  let transport: any HTTPTransport
  let page: ArchivePage
  let time: ScenarioTime
  /// The program's number.
  let process: Int

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let began = time.elapsed
    let note = { (result: Result<HTTPResponse, TransportError>) in
      page.add(
        ArchivedExchange(
          process: process, began: began, ended: time.elapsed, request: request, result: result))
    }
    do throws(TransportError) {
      let response = try await transport.send(request)
      note(.success(response))
      return response
    } catch {
      note(.failure(error))
      throw error
    }
  }
}
