// SPDX-License-Identifier: Apache-2.0
#pragma once

struct evp_pkey_st;

namespace signgate::signing {

/// openssl_checks_rsa says whether OpenSSL itself holds an RSA result against the public exponent
/// before it gives it out, as it has done since 0.9.7: then a second check would cost 6 % of a
/// signature and find nothing. A bit that flips in the calculation by way of the primes would
/// otherwise give away the key (Boneh, DeMillo and Lipton, 1997). Found out once for the process
/// by a fault: a copy of `key`, an RSA pair, with one wrong number of its calculation by way of
/// the primes has to sign rightly all the same. False also when that could not be tried. Any
/// thread.
[[nodiscard]] bool openssl_checks_rsa(evp_pkey_st* key);

}  // namespace signgate::signing
