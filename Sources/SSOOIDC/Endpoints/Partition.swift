//  Partition.swift - AWS's partitions and the DNS suffixes of their regions.
//
//  Knows: the facts of AWS's partitions.json. `EndpointTests` compares every region with it.

/// A group of regions under one DNS suffix.
package struct Partition: Sendable, Equatable {
  /// AWS's name of it, `aws-cn`.
  let id: String
  /// What a region's name starts with, up to the area and number (`us-gov-`).
  let prefix: String
  package let suffix: String
  package let dualStackSuffix: String

  /// The partition of everything that no other claims, as in AWS's rules.
  static let standard = Partition(
    id: "aws", prefix: "", suffix: "amazonaws.com", dualStackSuffix: "api.aws")

  private static let others = [
    Partition(
      id: "aws-cn", prefix: "cn-", suffix: "amazonaws.com.cn",
      dualStackSuffix: "api.amazonwebservices.com.cn"),
    Partition(
      id: "aws-eusc", prefix: "eusc-de-", suffix: "amazonaws.eu",
      dualStackSuffix: "api.amazonwebservices.eu"),
    Partition(
      id: "aws-iso", prefix: "us-iso-", suffix: "c2s.ic.gov", dualStackSuffix: "api.aws.ic.gov"),
    Partition(
      id: "aws-iso-b", prefix: "us-isob-", suffix: "sc2s.sgov.gov",
      dualStackSuffix: "api.aws.scloud"),
    Partition(
      id: "aws-iso-e", prefix: "eu-isoe-", suffix: "cloud.adc-e.uk",
      dualStackSuffix: "api.cloud-aws.adc-e.uk"),
    Partition(
      id: "aws-iso-f", prefix: "us-isof-", suffix: "csp.hci.ic.gov",
      dualStackSuffix: "api.aws.hci.ic.gov"),
    Partition(
      id: "aws-us-gov", prefix: "us-gov-", suffix: "amazonaws.com", dualStackSuffix: "api.aws"),
  ]

  /// All of them.
  package static let all = [standard] + others

  /// Finds the partition of a region: by its global name, then by its form, else `aws`.
  static func containing(_ region: String) -> Partition {
    others.first { region == "\($0.id)-global" || $0.matches(region) } ?? standard
  }

  /// Whether `region` is the prefix, one word and a number: `us-gov-west-1`.
  private func matches(_ region: String) -> Bool {
    guard region.hasPrefix(prefix) else { return false }
    let parts = region.dropFirst(prefix.count).split(
      separator: "-", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
      && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
