//  Responder+Parts.swift - operations, pages and control API: what each sees of a request.
//
//  Knows: which headers belong to which part, and what journal and log may say.
//  Does not know: which part a path belongs to (Responder).

#if Server
  internal import HTTPTypes
  internal import HummingbirdCore
  internal import IdentityService
  internal import Logging
  internal import NIOCore

  extension Responder {
    func operation(
      _ request: Request, _ path: String, _ query: String, _ body: [UInt8], _ channel: any Channel
    ) -> Answer {
      let isStart = path == Operation.startDeviceAuthorization.path
      let requester = Requester(
        address: channel.remoteAddress?.ipAddress ?? "",
        userAgent: isStart ? request.headers[.userAgent] ?? "" : "")
      let reply = host.answer(
        ServiceRequest(
          method: request.method.rawValue, path: path, query: query,
          headers: RequestHeaders(request.head, isSigned: !query.isEmpty), body: body,
          requester: requester))
      var answer = Answer(Response(reply), reply.facts)
      answer.reply = reply
      return answer
    }

    func page(
      _ request: Request, _ path: String, _ query: String, _ body: [UInt8], _ channel: any Channel,
      _ waited: Duration
    ) -> Answer {
      let reply = pages.answer(
        PageRequest(
          // HEAD is GET without a body, which is cut off at the end.
          method: request.method == .head ? "GET" : request.method.rawValue, path: path,
          query: query, body: body, cookies: request.headers[.cookie],
          origin: request.headers[.origin], fetchSite: request.headers[.fetchSite],
          acceptLanguage: request.headers[.acceptLanguage],
          ownOrigin: "\(scheme)://\(request.head.authority ?? "")",
          address: channel.remoteAddress?.ipAddress ?? "", waited: waited))
      var answer = Answer(finished(response(reply)), reply.facts)
      answer.wait = reply.wait
      return answer
    }

    func response(_ reply: PageReply) -> Response {
      Response(reply, simulatedTime: host.clock.isVirtual ? host.clock.now : nil)
    }

    func control(_ request: Request, _ path: String, _ body: [UInt8]) -> Response {
      Response(
        control.answer(
          ControlRequest(
            method: request.method.rawValue, path: String(path.dropFirst(Control.path.count)),
            authorization: request.headers[.authorization], origin: request.headers[.origin],
            body: body)))
    }

    /// Tells journal and log; queries, headers, bodies and what in a path may be a secret stay out of
    /// both (S39).
    func note(_ request: Request, _ answer: Answer) {
      guard let facts = answer.facts else { return }
      let entry = JournalEntry(
        time: host.clock.now, method: String(request.method.rawValue.prefix(20)),
        path: request.head.shownPath, status: answer.response.status.code, facts: facts)
      journal.append(entry)
      log.info("request", metadata: entry.metadata)
      if facts.audit != nil { log.warning("audit", metadata: entry.metadata) }
    }
  }

  extension HTTPRequest {
    /// The path without parts that are longer than any of the service's own: they may be tokens or codes.
    fileprivate var shownPath: String {
      let path = (path ?? "/").prefix { $0 != "?" }
      guard path.utf8.count > Self.longestPart else { return String(path) }
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        .map { $0.utf8.count > Self.longestPart ? "…" : $0 }
      return String(parts.joined(separator: "/").prefix(200))
    }

    private static let longestPart = 32

    /// Path and query; split by bytes, as every request pays for it.
    var target: (path: String, query: String) {
      let target = path ?? "/"
      guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target, "") }
      return (String(target[..<mark]), String(target[target.utf8.index(after: mark)...]))
    }
  }

  extension RequestHeaders {
    /// The headers that operations look at: all of them where a signature may cover any.
    fileprivate init(_ head: HTTPRequest, isSigned: Bool) {
      self.init()
      guard isSigned else {
        for name in Self.plainNames {
          if let value = head.headerFields[name] { add(name.canonicalName, value) }
        }
        return
      }
      add("host", head.authority ?? "")
      for field in head.headerFields { add(field.name.canonicalName, field.value) }
    }

    private static let plainNames = [.authorization, .contentType, HTTPField.Name.sessionToken]
  }
#endif
