//  BareRoute.swift - the peer of `scripts/bench serve-poll`: HummingbirdCore that reads a body and
//  answers, and nothing else. No part of any product.

#if Server
  import HTTPTypes
  import HummingbirdCore
  import Logging
  import NIOCore
  import NIOPosix
  import Platform

  @main
  enum BareRoute {
    static func main() async throws {
      let answer = ByteBuffer(
        string:
          #"{"error":"authorization_pending","error_description":"Authorization is still pending"}"#
      )
      let server = Server(
        childChannelSetup: HTTP1Channel { request, writer, _ in
          var size = 0
          for try await part in request.body { size += part.readableBytes }
          let status: HTTPResponse.Status = size > 0 ? .badRequest : .ok
          let response = Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: answer))
          try await writer.write(response: response.head, body: response.body)
        },
        configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in
          print(channel.localAddress?.port ?? 0)
          fflush(nil)
        },
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: Logger(label: "bare") { _ in SwiftLogNoOpLogHandler() })
      try await server.run()
    }
  }
#else
  @main
  enum BareRoute {
    static func main() { print("built without the package trait Server: there is no route") }
  }
#endif
