package io.lynxeye.cli;

import io.lynxeye.config.JwtConfig;
import io.lynxeye.security.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Tokens that are accepted in the place of a key: options of {@code serve}. */
final class JwtOptions {

  @Option(
      names = "--jwt-jwks",
      paramLabel = "FILE",
      description =
          "The public keys of an issuer of JSON Web Tokens (RS256, ES256), which may then be shown"
              + " instead of a key; not at the management port.")
  private Optional<Path> jwks;

  @Option(names = "--jwt-issuer", paramLabel = "URL", description = "Who made them.")
  private Optional<String> issuer;

  @Option(names = "--jwt-audience", paramLabel = "NAME", description = "For whom.")
  private Optional<String> audience;

  /** Empty = no tokens. */
  Optional<Tokens> read() throws Failure {
    if (jwks.isEmpty() && issuer.isEmpty() && audience.isEmpty()) {
      return Optional.empty();
    }
    if (jwks.isEmpty() || issuer.isEmpty() || audience.isEmpty()) {
      throw Failure.misuse(
          "--jwt-jwks, --jwt-issuer and --jwt-audience go together: say all of them, or none");
    }
    try {
      return Optional.of(new Tokens(new JwtConfig(jwks.get(), issuer.get(), audience.get())));
    } catch (IOException e) {
      throw Failure.misuse(e.getMessage());
    }
  }
}
