//  CurlTransport
