// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Certificates made for a test while it runs.

#ifndef FLUXGATE_TESTS_SUPPORT_TLS_IDENTITY_HPP
#define FLUXGATE_TESTS_SUPPORT_TLS_IDENTITY_HPP

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "temporary_folder.hpp"

namespace tls {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* owned) const noexcept {
    free(owned);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

inline void check(bool good) {
  if (!good) throw std::runtime_error{"OpenSSL could not make a certificate"};
}

struct Identity {
  Key key{EVP_EC_gen("P-256")};
  Certificate certificate{X509_new()};
};

/// Trusted by each client that is given its file, for as long as this lives.
class Authority {
 public:
  Authority() {
    static int made = 0;
    const std::string name = "Authority " + std::to_string(++made);
    sign(root_, name, *this, "critical,CA:TRUE", nullptr);
    const std::unique_ptr<BIO, Free<BIO_free>> text{BIO_new(BIO_s_mem())};
    check(PEM_write_bio_X509(text.get(), root_.certificate.get()) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(text.get(), &data);
    std::ofstream{file()} << std::string(data, static_cast<std::size_t>(size));
  }
  std::string file() const { return (folder_.path() / "ca.pem").string(); }

  /// For a server whose name is `subject`, such as "IP:127.0.0.1".
  Identity issue(const std::string& subject) const {
    Identity server;
    sign(server, "server", *this, "critical,CA:FALSE", subject.c_str());
    return server;
  }

 private:
  static void sign(const Identity& identity, const std::string& name, const Authority& by, const char* constraints,
                   const char* subject) {
    X509* const certificate = identity.certificate.get();
    check(X509_set_version(certificate, 2) == 1);
    check(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
    check(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0) == 1);
    check(X509_set_issuer_name(certificate, X509_get_subject_name(by.root_.certificate.get())) == 1);
    check(X509_set_pubkey(certificate, identity.key.get()) == 1);
    extend(certificate, NID_basic_constraints, constraints);
    if (subject != nullptr) extend(certificate, NID_subject_alt_name, subject);
    check(X509_sign(certificate, by.root_.key.get(), EVP_sha256()) != 0);
  }

  static void extend(X509* certificate, int what, const char* value) {
    const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension{
        X509V3_EXT_conf_nid(nullptr, nullptr, what, value)};
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
  }

  Identity root_;
  TemporaryFolder folder_;
};

}  // namespace tls

#endif
