//  Responder+Behaviour.swift - requests that a behaviour sees, and the control paths about it.

#if Server
  internal import HTTPTypes
  internal import HummingbirdCore
  internal import IdentityService
  internal import NIOCore

  extension Responder {
    /// The answer of a behaviour, or to a request about behaviours; `nil` for all others.
    func behaved(
      _ request: Request, _ body: [UInt8], _ channel: any Channel
    ) async -> Answer? {
      let target = request.head.path ?? "/"
      if target.utf8.elementsEqual(Self.scriptPath) { return await script(request, body) }
      guard !host.behaviours.isEmpty else { return nil }
      return await treated(request, body, channel)
    }

    /// As bytes, which costs other requests next to nothing.
    private static let scriptPath = Array((Control.path + "/script").utf8)

    private func treated(
      _ request: Request, _ body: [UInt8], _ channel: any Channel
    ) async -> Answer? {
      guard isOurName(request), let asked = seen(request, body) else { return nil }
      var reply = await host.behaviours.treat(asked) {
        BehaviourReply(await kept(request, body, channel))
      }
      if reply[header: "Date"] == nil { reply[header: "Date"] = host.clock.now.httpDate }
      var answer = Answer(Response(reply), reply.facts)
      if reply.delivery != .whole { answer.broken = reply }
      return answer
    }

    /// Whether the rules are asked, and not a page or the control API.
    func namesOperation(_ request: Request) -> Bool { seen(request, []) != nil }

    /// A request to an operation; `nil` for all others.
    private func seen(_ request: Request, _ body: [UInt8]) -> BehaviourRequest? {
      let (path, query) = request.head.target
      // The library holds the host apart.
      let headers =
        [HeaderField("Host", request.head.authority ?? "")]
        + request.headers.map { HeaderField($0.name.rawName, $0.value) }
      return BehaviourRequest(
        ServiceRequest(method: request.method.rawValue, path: path, query: query, body: body),
        headers: headers, profile: host.profile, at: host.clock.now)
    }

    private func isOurName(_ request: Request) -> Bool {
      request.head.authority.map(hostNames.accept) ?? false
    }

    /// `POST /control/script`: a text that takes the place of the script, if it can be loaded.
    private func script(_ request: Request, _ body: [UInt8]) async -> Answer? {
      guard isOurName(request) else { return nil }
      let asked = ControlRequest(
        method: request.method.rawValue, path: "/script",
        authorization: request.headers[.authorization], origin: request.headers[.origin],
        body: body)
      return Answer(finished(Response(await control.script(asked))))
    }
  }

  extension BehaviourReply {
    /// What the rules said, or that it could not be kept.
    fileprivate init(_ answer: Answer) {
      if let reply = answer.reply {
        self.init(reply)
      } else {
        self.init(
          status: answer.response.status.code,
          headers: answer.response.headers.map { HeaderField($0.name.rawName, $0.value) },
          body: answer.body, facts: answer.facts ?? ExchangeFacts())
      }
    }
  }

  extension Response {
    /// A reply of a behaviour; names that are none are left out.
    fileprivate init(_ reply: BehaviourReply) {
      var fields = HTTPFields()
      for header in reply.headers {
        guard let name = HTTPField.Name(header.name), name != .contentLength else { continue }
        fields.append(HTTPField(name: name, value: header.value))
      }
      self.init(
        status: HTTPResponse.Status(code: reply.status), headers: fields,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }
  }
#endif
