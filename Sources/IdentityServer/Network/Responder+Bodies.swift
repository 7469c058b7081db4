//  Responder+Bodies.swift - the body of a request, whole or not at all.
//
//  Knows: how long a body may be, and how much of a longer one is read to be heard.

#if Server
  internal import HTTPTypes
  internal import HummingbirdCore
  internal import IdentityService
  internal import NIOCore

  extension Responder {
    private static let bodyLimit = ServiceLimits().body
    /// Read and thrown away beyond the limit, so that a client that is still sending can hear the
    /// refusal.
    private static let drainLimit = 1 << 20

    func isTooLong(_ request: Request) -> Bool {
      request.headers[.contentLength].flatMap { Int($0) }.map { $0 > Self.bodyLimit } ?? false
    }

    /// - Returns: `nil` when there is more than the limit.
    func body(of request: Request) async throws -> [UInt8]? {
      var body: [UInt8] = []
      var received = 0
      // The stream can be walked once only.
      for try await part in request.body {
        received += part.readableBytes
        if body.isEmpty, received <= Self.bodyLimit {
          body = Array(buffer: part)
        } else if received <= Self.bodyLimit {
          body.append(contentsOf: part.readableBytesView)
        }
        if received > Self.drainLimit { break }
      }
      // A body that was cut short is none, even if what came reads well.
      let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
      guard received >= min(announced, Self.drainLimit) else { throw BodyCut() }
      return received <= Self.bodyLimit ? body : nil
    }

    /// An operation refuses as the rules do, whatever is in so long a body; the rest in a line of text.
    func bodyRefusal(_ request: Request, _ channel: any Channel) async -> Response {
      var answer = Answer(finished(.plain(.contentTooLarge, "The body is larger than 64 KiB.\n")))
      if namesOperation(request) {
        let blank = [UInt8](repeating: UInt8(ascii: " "), count: Self.bodyLimit + 1)
        answer = await kept(request, blank, channel)
        note(request, answer)
      }
      var response = request.method == .head ? answer.response.withoutBody : answer.response
      response.headers[.connection] = "close"
      return response
    }
  }

  /// Thrown after the refusal was sent; it closes the connection.
  struct BodyTooLarge: Error {}

  /// Thrown when the client left within the body.
  private struct BodyCut: Error {}
#endif
