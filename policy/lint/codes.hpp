// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The findings of `policy lint`: one table is the source of the messages, of `--codes` and of
/// conf/doc/policy-lint.md.
namespace signgate::policy::lint {

/// Severity: an error does not work, or opens what should be shut; a warning works otherwise than
/// it reads; a note is worth a thought.
enum class Severity : std::uint8_t { error, warning, note };

/// severity_name is "error", "warning" or "note".
[[nodiscard]] std::string_view severity_name(Severity severity) noexcept;

/// CodeEntry is one kind of finding. Texts are sentences without a full stop, and static.
struct CodeEntry {
  std::string_view code;
  Severity severity;
  std::string_view what;
  std::string_view why;  // it bites
  std::string_view mend;
};

// clang-format off
/// codes is the table, in the order of the documents.
inline constexpr auto codes = [] {
using enum Severity;
return std::to_array<CodeEntry>({
// The documents themselves
{"json-syntax", error, "the file is not JSON",
 "AWS refuses it, and nothing in it can be checked", "mend the place; names are not repeated, and there are no comments and no trailing commas"},
{"kind-unknown", error, "the file is none of the documents that lint knows",
 "it is not checked", "give a bucket policy, a signed policy, JSON of `aws cloudfront` or `aws s3api` commands, or a gateway's .toml"},
{"document-invalid", error, "a member has a form that AWS does not take",
 "the command that the document is meant for refuses it", "write the member as the AWS CLI's skeleton has it (`--generate-cli-skeleton`)"},
{"quantity-mismatch", error, "Quantity is not the number of Items",
 "CloudFront refuses the document with InvalidArgument", "count again: Quantity is the length of Items"},
{"policy-invalid", error, "the policy is not one that AWS takes",
 "it is refused when it is put, or never means what it says", "mend the place; the message says what is legal there"},
{"config-invalid", error, "the gateway's configuration has an error",
 "the gateway does not start with it, and what depends on it is not checked", "`signgate check -c FILE` shows the same, with all warnings"},
{"placeholder", note, "a placeholder that `policy distribution` wrote is still to be filled in",
 "AWS refuses it, and what hangs on it is not checked", "put what the command for the step before printed in its place, or give it to `policy distribution` as an option"},
// Bucket policy: form
{"policy-too-long", error, "the bucket policy is longer than 20 KB",
 "S3 refuses it with PolicyTooLarge", "join statements, and list hosts once; spaces count, so write it without indentation"},
{"duplicate-sid", error, "two statements have the same Sid",
 "S3 refuses the policy with MalformedPolicy", "give each statement a Sid of its own, or none"},
{"unknown-operator", error, "the condition operator does not exist",
 "S3 refuses the policy with MalformedPolicy", "write the operator as IAM does, in its case: StringLike, StringNotLike or ArnLike"},
{"unknown-action", warning, "no S3 action has this name",
 "the statement applies to nothing by it, and S3 may refuse the policy", "to read objects the action is s3:GetObject, to list them s3:ListBucket"},
{"unknown-condition-key", warning, "no condition key has this name",
 "a key that no request has never matches, and with a negated operator always does", "the browser's Referer is aws:Referer, with one r in the middle; the distribution is aws:SourceArn"},
{"version-2008", warning, "a policy variable in a policy of Version 2008-10-17",
 "`${...}` is plain text there, so the value matches nothing", "begin the policy with \"Version\": \"2012-10-17\""},
// Bucket policy: who
{"not-principal-allow", error, "Allow with NotPrincipal",
 "it allows everybody else in the world, anonymous requests too", "name in Principal who may: {\"Service\": \"cloudfront.amazonaws.com\"}"},
{"public-statement", error, "everybody may do this",
 "objects can be had from S3 itself, past CloudFront and all signatures; Block Public Access rejects it", "allow {\"Service\": \"cloudfront.amazonaws.com\"} alone, tied to aws:SourceArn of the distribution"},
{"public-referer", error, "everybody may do this who sends the right header",
 "S3 counts a Principal of \"*\" as public unless fixed values tie it, and aws:Referer is none: Block Public Access rejects the policy; and anybody can write a Referer", "put the aws:Referer condition into the statement for cloudfront.amazonaws.com, or into a Deny beside it"},
{"public-access-block", error, "a public policy meets Block Public Access",
 "`put-bucket-policy` fails with AccessDenied, or only the owner's account is let in", "make the policy non-public; do not switch Block Public Access off"},
{"public-access-open", note, "Block Public Access is off without need",
 "a later mistake in the policy or in an ACL opens the bucket", "set all four to true: CloudFront with origin access control needs none of them off"},
{"action-too-wide", warning, "all actions are allowed",
 "CloudFront passes PUT and DELETE on where its behavior allows these methods: viewers could overwrite objects", "allow s3:GetObject, and s3:ListBucket on the bucket where a missing object shall be a 404"},
{"service-name", error, "this is not the name of CloudFront's service",
 "no request ever comes from it, so the statement allows nothing", "write {\"Service\": \"cloudfront.amazonaws.com\"}, the same in every partition"},
{"legacy-oai", warning, "an origin access identity, which origin access control replaces",
 "it does not work with SSE-KMS, in Regions opened since 2023, nor for PUT", "use OriginAccessControlId with an empty OriginAccessIdentity, and the service cloudfront.amazonaws.com in the policy"},
// Bucket policy: which distribution
{"source-arn-missing", warning, "CloudFront is allowed without a distribution's ARN",
 "anybody's distribution that names the bucket as its origin may read it", "add \"StringEquals\": {\"AWS:SourceArn\": \"arn:aws:cloudfront::ACCOUNT:distribution/ID\"}"},
{"source-arn-typo", error, "this is not the ARN of a distribution",
 "it equals no request's aws:SourceArn, so all are denied", "write arn:aws:cloudfront::ACCOUNT:distribution/ID: no Region, 12 digits, the ID in capitals"},
{"source-arn-wildcard", warning, "a wildcard in the distribution's ARN",
 "every distribution that it matches may read the bucket, also those made later by others", "name the distribution's ID"},
{"source-arn-operator", error, "the operator does not compare ARNs as it reads",
 "a literal operator takes * for a star, and a negated one or one with IfExists allows those whom the ARN does not name", "StringEquals with the full ARN, or ArnLike where a wildcard is meant"},
{"source-arn-mismatch", error, "the policy names another distribution",
 "S3 denies what this distribution asks for: viewers get 403", "take the ARN of the distribution that has the bucket as its origin"},
{"arn-partition", error, "the partitions of the ARNs differ",
 "a bucket and its distribution stand in one partition, so no request has both", "take the partition of the bucket's Region for both: aws, aws-cn in China, aws-us-gov in GovCloud"},
{"oac-not-allowed", error, "the policy does not allow the distribution to read",
 "CloudFront's signed requests are denied: viewers get 403", "add an Allow of s3:GetObject on arn:aws:s3:::BUCKET/* for cloudfront.amazonaws.com with its aws:SourceArn"},
// Bucket policy: what
{"two-buckets", error, "the policy names two buckets",
 "a bucket's policy may name that bucket alone: S3 refuses it with MalformedPolicy", "name the bucket that the policy is put on"},
{"bucket-mismatch", error, "the policy is for another bucket than the distribution's origin",
 "S3 refuses it on that bucket, or the origin's bucket lets nobody in", "use the bucket of the origin's DomainName in Resource"},
{"resource-without-objects", error, "an action on objects, and a resource without any",
 "S3 refuses the policy: Action does not apply to any resource(s) in statement", "end the resource in /*: arn:aws:s3:::BUCKET/*"},
{"resource-with-objects", error, "an action on the bucket, and only objects as resources",
 "S3 refuses the policy: Action does not apply to any resource(s) in statement", "add arn:aws:s3:::BUCKET, without a slash, for s3:ListBucket"},
{"deny-locks-out", error, "all actions are denied to everybody who lacks a header or an address",
 "the owner's own tools send none: nobody can upload, nor mend the policy, but the account's root user", "deny s3:GetObject alone"},
{"source-ip", warning, "aws:SourceIp behind CloudFront",
 "S3 sees the address of CloudFront's server, not the viewer's: the condition never does what it says", "bind the viewer's address in the signed policy (IpAddress; ip = \"client\" in a media rule)"},
// Referer: patterns
{"referer-no-scheme", error, "the Referer pattern does not begin with http:// or https://",
 "a browser sends the whole origin, so it never matches", "write https://HOST/*"},
{"referer-no-slash", error, "the Referer pattern ends before the slash",
 "a browser sends https://HOST/ with the slash, so it never matches", "write https://HOST/*"},
{"referer-path", warning, "the Referer pattern asks for a path",
 "to another host browsers send the origin and a slash alone (strict-origin-when-cross-origin), so it never matches unless the site sends a wider Referrer-Policy", "write https://HOST/*"},
{"referer-open-end", error, "the Referer pattern has a * right behind the host",
 "it also matches longer hosts, such as https://HOST.evil.example/", "put the slash before it: https://HOST/*"},
{"referer-wide", warning, "a wildcard in the Referer's scheme or host",
 "* also matches slashes, so a foreign page whose path holds the rest passes", "list each host: https://HOST/*"},
{"referer-subdomains", note, "a * for subdomains in the Referer pattern",
 "* also matches slashes: https://evil.example/x.HOST/ passes, if that site sends its whole address", "list the subdomains, if they are few"},
{"referer-http-only", warning, "the Referer pattern allows the host by http alone",
 "pages that are loaded by https send https://HOST/, which it does not match", "list https://HOST/* as well, or in its place"},
{"referer-case", error, "a capital letter in the Referer's scheme or host",
 "browsers send both in lower case and the operator compares case, so it never matches", "write it in lower case"},
{"referer-default-port", error, "the Referer pattern names the default port",
 "browsers leave :443 of https and :80 of http out, so it never matches", "leave the port out"},
{"referer-fragment", error, "a # in the Referer pattern",
 "browsers never send the fragment, so it never matches", "cut the pattern before the #"},
{"referer-idn", error, "a letter outside ASCII in the Referer pattern",
 "browsers send the host in punycode and the path percent-encoded, so it never matches", "write the host in punycode, with xn--"},
{"referer-no-page", error, "no page has such an address as the Referer pattern",
 "browsers send neither user nor password, and no address has a blank or lacks a host, so it never matches", "write https://HOST/*"},
{"referer-operator", error, "a literal operator with a wildcard for aws:Referer",
 "StringEquals takes * for a star, so it never matches", "use StringLike, or StringNotLike in a Deny"},
{"referer-twin", note, "the host with www. and the one without are not both listed",
 "where the site answers under both names, pages of the other get 403", "list https://HOST/* and https://www.HOST/*, if both are used"},
{"referer-site-missing", error, "no Referer pattern lets a site of the gateway through",
 "the pictures on its pages get 403", "add https://HOST/* for each server_name whose pages have signed links"},
{"referer-port", warning, "the site has a port that no Referer pattern lets through",
 "browsers send a port other than the default one in the Referer", "write https://HOST:PORT/*"},
// Referer: requests without one
{"referer-if-exists", error, "IfExists in a Deny does not spare requests without a Referer",
 "IfExists makes the condition true when the key is missing, so the Deny still applies", "StringNotLike, and \"Null\": {\"aws:Referer\": \"false\"} beside it"},
{"referer-missing-allowed", warning, "requests without a Referer are let through",
 "StringLikeIfExists is true when there is none: a typed address and curl pass", "StringLike; or, if that is meant, a Deny with StringNotLike and \"Null\": {\"aws:Referer\": \"false\"}, which says so"},
{"referer-missing-denied", note, "requests without a Referer are denied too",
 "StringNotLike is true when there is none: native players, download managers and privacy tools send none", "to let them in add \"Null\": {\"aws:Referer\": \"false\"} to the same Condition"},
{"referer-null", error, "Null takes the Referer condition its meaning",
 "with \"true\" the statement is about requests without a Referer, which the other condition then never sees", "write \"Null\": {\"aws:Referer\": \"false\"}, or leave it out"},
{"referer-inverted", error, "Allow with a negated operator on aws:Referer",
 "it allows every page but the listed ones, and every request without a Referer", "StringLike in an Allow, StringNotLike in a Deny"},
{"referer-not-forwarded", error, "CloudFront does not send the Referer to the bucket",
 "CloudFront removes Referer by default, so S3 finds none: the condition decides all requests alike", "OriginRequestPolicyId acba4595-bd28-49b8-b9fe-13317c0390fa (UserAgentRefererHeaders), or Referer in the cache policy's headers"},
{"referer-not-in-cache-key", warning, "the Referer is checked on a cache miss alone",
 "a cached object is served whatever the Referer, and a 403 is served to all until it expires", "Referer in the cache policy's headers (fewer hits), or check it in the gateway or a function; signatures are checked each time"},
// Origins
{"website-endpoint", error, "a website endpoint with origin access control",
 "website endpoints take no signed requests: CloudFront gets 403 or an error", "use the bucket's REST name, BUCKET.s3.REGION.amazonaws.com"},
{"oac-never", error, "origin access control that never signs",
 "the bucket sees anonymous requests: a private one denies them all", "\"SigningBehavior\": \"always\""},
{"oac-no-override", warning, "a viewer's Authorization takes the place of CloudFront's signature",
 "requests with that header arrive with it where the cache policy has it, and S3 refuses them", "\"SigningBehavior\": \"always\", unless viewers sign for S3 themselves"},
{"oac-origin-type", error, "origin access control for another type of origin",
 "CloudFront signs for another service, and S3 refuses the signature", "\"OriginAccessControlOriginType\": \"s3\""},
{"oac-missing", warning, "an S3 origin without origin access control",
 "CloudFront asks anonymously: the bucket has to be public, and then needs no CloudFront", "make an origin access control and name it in OriginAccessControlId"},
{"host-forwarded", error, "the viewer's Host is sent to an S3 origin",
 "S3 takes it for the bucket's name and finds none, or the signature for another host", "UserAgentRefererHeaders, or AllViewerExceptHostHeader (b689b0a8-53d0-40ab-baf2-68738e2966ac)"},
// Behaviors
{"behavior-unsigned", error, "private media is served without a signature",
 "the behavior that the media rule's target meets first trusts no key group, so anybody may have the files", "TrustedKeyGroups with Enabled true on that behavior, or a behavior for the target's path before it"},
{"behavior-shadowed", error, "no request reaches this behavior",
 "the first match counts, and an earlier pattern covers all of this one", "put the narrower pattern first"},
{"behavior-overlap", warning, "an earlier behavior without signatures takes some of this one's paths",
 "the first match counts: those private files are served to anybody", "put the behavior with key groups first"},
{"target-host", warning, "no media rule's target is a host of the distribution",
 "the links that the gateway signs lead elsewhere, or get 403 for an unknown alias", "name the target's host in Aliases, or let target be one of them"},
{"target-scheme", error, "the links are signed for http, and the behavior leads to https",
 "a redirect changes the URL that was signed, so the signature is refused", "write target = \"https://...\""},
{"viewer-protocol", warning, "signed links may be used over plain http",
 "whoever listens has a working link, and Secure cookies are not sent", "\"ViewerProtocolPolicy\": \"redirect-to-https\" or \"https-only\""},
{"signing-parameters", warning, "a parameter of CloudFront's signatures is listed as one of the origin's",
 "CloudFront removes it before the cache and the origin, so it is never there", "list the application's own parameters alone"},
{"legacy-signers", warning, "trusted signers in place of key groups",
 "their keys belong to the account's root user and cannot be managed by API", "TrustedKeyGroups with a key group of public keys"},
{"groups-over-quota", warning, "more than 4 key groups on a behavior",
 "CloudFront refuses it, unless the quota was raised", "move keys into one group, which holds 5"},
// Caching
{"cache-ttl-order", error, "MinTTL, DefaultTTL and MaxTTL fall",
 "CloudFront refuses them with InvalidArgument", "MinTTL <= DefaultTTL <= MaxTTL"},
{"milliseconds", error, "a time in milliseconds where seconds are meant",
 "it lies thousands of years ahead: a signed policy is refused as MalformedPolicy, a cache keeps things for ever", "divide by 1000"},
{"page-cache-ttl", error, "CloudFront keeps pages longer than their links live",
 "MinTTL overrides the page's own Cache-Control, private and no-store too: visitors get pages whose links are dead, and those of others", "\"MinTTL\": 0 on the behaviors of the site's pages"},
// Keys
{"keys-over-quota", warning, "more than 5 public keys in a key group",
 "CloudFront refuses it, unless the quota was raised", "remove keys whose last links have expired"},
{"key-not-in-group", error, "the gateway signs with a key that no given key group holds",
 "every link gets 403 with Unknown Key", "add the public key to the group first, and only then sign with it"},
{"key-type", error, "a key that key groups do not take",
 "CloudFront takes RSA of 2048 bits and ECDSA P-256 alone", "`signgate keygen` makes such a pair"},
{"private-key", error, "a private key where the public one belongs",
 "CloudFront refuses it, and the secret now lies in a document that is meant to be shared", "make a new pair, and put public_key.pem here"},
// Signed policies
{"ipv6-address", error, "an IPv6 address in a signed policy",
 "CloudFront does not support it there: every request is refused", "an IPv4 range, with IPv6 switched off on the distribution; or no IpAddress"},
{"ip-binding-ipv6", error, "links bound to the viewer's address, and a distribution with IPv6",
 "who comes to the site by IPv4 may come to CloudFront by IPv6, and is refused", "\"IsIPV6Enabled\": false, and no AAAA record for the alias"},
{"signed-resource-wide", warning, "a signed policy for every file",
 "one leaked signature opens all that trusts the key, in every distribution", "name scheme, host and folder in Resource: https://HOST/private/*"},
// Gateway
{"window-exceeds-ttl", warning, "window is longer than ttl",
 "the expiry is rounded up to the window, so links live more than twice as long as ttl says", "let window be a fraction of ttl, a quarter for instance"},
{"window-zero", note, "window = 0: every second's links are new",
 "no signature is used twice, and browsers fetch each picture again with each page", "window = \"15m\", or what browsers shall keep pictures for"},
{"cookie-domain", error, "browsers do not take or send the media cookies",
 "the answer sets them in vain: every request for media gets 403", "site and media share a parent domain, which cookie_domain names; *.cloudfront.net cannot be one"},
{"cookie-doubt", warning, "some browsers do not take the media cookies",
 "whether they do depends on what the configuration does not say", "give the site its server_name, and let it be reached by https"},
});
}();
// clang-format on

/// Code is an entry's index in `codes`.
using Code = std::uint8_t;
static_assert(codes.size() <= 255);

/// code is the entry of that name, looked up by the compiler; an unknown name does not compile.
consteval Code code(std::string_view name) {
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i].code == name) return static_cast<Code>(i);
  }
  throw "no such code";
}

/// find_code is the entry of a name that a user gave; nullptr when there is none.
[[nodiscard]] const CodeEntry* find_code(std::string_view name) noexcept;

}  // namespace signgate::policy::lint
