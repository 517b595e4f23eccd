package io.lynxeye.importers.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.util.Timeout;

/**
 * One attempt to download, on a thread of its own. Every redirect is a request of its own, to an
 * address that was checked and a host that was resolved once.
 */
final class HttpTransfer {

  private static final int OK = 200;
  private static final int MAX_REDIRECTS = 5;

  private final URI address;
  private final Path file;
  private final DiskSpace space;
  private final AddressRule rule;
  private final Timeout stall;
  private final long limit;
  private final CompletableFuture<Long> length;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private HttpGet current;
  private boolean isCancelled;

  /**
   * @param limit of the size, in bytes
   * @param length completed with the length of the body, -1 = unknown; or with why there is no
   *     response
   */
  HttpTransfer(
      URI address,
      Path file,
      DiskSpace space,
      AddressRule rule,
      Duration stall,
      long limit,
      CompletableFuture<Long> length) {
    this.address = address;
    this.file = file;
    this.space = space;
    this.rule = rule;
    this.stall = Timeout.of(stall.multipliedBy(2)); // The caller's own limit comes first.
    this.limit = limit;
    this.length = length;
  }

  /** Starts the transfer; the result fails with the reason. */
  CompletableFuture<Void> start() {
    Thread thread = new Thread(this::run, "download");
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  private void run() {
    try {
      URI next = address;
      for (int redirects = 0; ; redirects++) {
        Optional<URI> redirect = get(next);
        if (redirect.isEmpty()) {
          done.complete(null);
          return;
        }
        if (redirects == MAX_REDIRECTS) {
          throw failure("it redirects too often: name the final address yourself");
        }
        next = redirect.get();
      }
    } catch (IOException | ImportException | RuntimeException | Error e) {
      length.completeExceptionally(e);
      done.completeExceptionally(e);
    }
  }

  /** Requests an address; returns the next one if it redirects. */
  private Optional<URI> get(URI hop) throws IOException, ImportException {
    rule.check(hop);
    HttpGet request = new HttpGet(hop);
    request.setConfig(
        RequestConfig.custom().setResponseTimeout(stall).setRedirectsEnabled(false).build());
    begin(request);
    try (CloseableHttpClient client = client(resolver(hop));
        ClassicHttpResponse response = client.executeOpen(null, request, null)) {
      Optional<URI> redirect = redirect(response, hop);
      if (redirect.isEmpty()) {
        receive(response);
      }
      return redirect;
    }
  }

  private synchronized void begin(HttpGet request) throws IOException {
    if (isCancelled) {
      throw new IOException("cancelled");
    }
    current = request;
  }

  /** Ends the transfer: its thread stops writing to the file soon. */
  synchronized void cancel() {
    isCancelled = true;
    if (current != null) {
      current.cancel();
    }
  }

  /** The addresses to connect to: those that were checked, whatever is resolved later. */
  private DnsResolver resolver(URI hop) throws ImportException, UnknownHostException {
    if (usesProxy(hop)) {
      return SystemDefaultDnsResolver.INSTANCE; // Of the proxy's name: it resolves the target's.
    }
    List<InetAddress> checked = rule.resolve(hop.getHost());
    return new DnsResolver() {
      @Override
      public InetAddress[] resolve(String host) {
        return checked.toArray(InetAddress[]::new);
      }

      @Override
      public String resolveCanonicalHostname(String host) {
        return host;
      }
    };
  }

  private static boolean usesProxy(URI hop) {
    ProxySelector system = ProxySelector.getDefault();
    return system != null
        && system.select(hop).stream().anyMatch(proxy -> proxy.type() == Proxy.Type.HTTP);
  }

  private CloseableHttpClient client(DnsResolver resolver) {
    ConnectionConfig times =
        ConnectionConfig.custom().setConnectTimeout(stall).setSocketTimeout(stall).build();
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(resolver)
                .setDefaultConnectionConfig(times)
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(trusted()))
                .build())
        .setRoutePlanner(new SystemDefaultRoutePlanner(ProxySelector.getDefault()))
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression() // The digest is that of the file as it is stored.
        .disableCookieManagement()
        .disableAuthCaching()
        .setUserAgent("lynxeye")
        .build();
  }

  private static SSLContext trusted() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }

  private Optional<URI> redirect(ClassicHttpResponse response, URI hop) throws ImportException {
    Header location = response.getFirstHeader(HttpHeaders.LOCATION);
    boolean isRedirect = List.of(301, 302, 303, 307, 308).contains(response.getCode());
    if (!isRedirect) {
      return Optional.empty();
    }
    try {
      URI next = hop.resolve(location == null ? "" : location.getValue());
      boolean isDowngrade =
          "https".equalsIgnoreCase(hop.getScheme()) && !"https".equalsIgnoreCase(next.getScheme());
      boolean isHttp = String.valueOf(next.getScheme()).matches("(?i)https?");
      if (location != null && next.getHost() != null && isHttp && !isDowngrade) {
        return Optional.of(next);
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like other addresses that are not followed.
    }
    throw failure("it redirects to what is not followed: name the final address yourself");
  }

  private void receive(ClassicHttpResponse response) throws IOException, ImportException {
    requireContent(response.getCode());
    long bytes = response.getEntity() == null ? 0 : response.getEntity().getContentLength();
    requireSize(bytes);
    try {
      space.require(file.toAbsolutePath().getParent(), Math.max(0, bytes));
    } catch (IOException e) {
      throw DiskSpace.explain(e, bytes);
    }
    length.complete(bytes);
    if (response.getEntity() == null) {
      Files.createFile(file);
      return;
    }
    try (InputStream body = response.getEntity().getContent();
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      try {
        copy(body, out);
      } catch (IOException | ImportException e) {
        cancel(); // Otherwise the rest of the body is read when it is closed.
        throw e;
      }
    }
  }

  /** The length in the response may be missing. */
  private void copy(InputStream body, OutputStream out) throws IOException, ImportException {
    byte[] buffer = new byte[64 * 1024];
    long copied = 0;
    for (int more = body.read(buffer); more >= 0; more = body.read(buffer)) {
      copied += more;
      requireSize(copied);
      out.write(buffer, 0, more);
    }
  }

  private void requireSize(long bytes) throws ImportException {
    if (bytes > limit) {
      throw failure(
          "it is larger than %d MB: name an archive of one model".formatted(limit / 1_000_000));
    }
  }

  private void requireContent(int status) throws ImportException {
    if (status != OK) {
      throw failure(
          switch (status) {
            case 404, 410 -> "nothing is there (" + status + "): check the address";
            case 401, 403 ->
                "access is refused (%s): download the file in another way and name it as the source"
                    .formatted(status);
            default -> "the server answered " + status + ": try again later";
          });
    }
  }

  private ImportException failure(String problem) {
    return new ImportException(
        "Downloading " + HttpDownload.shown(address) + " failed, " + problem + ".");
  }

  /** Says why there is no response, without the exception's text, which may hold what was read. */
  static String problem(Throwable failure) {
    if (failure instanceof UnknownHostException) {
      return "its host is not known";
    }
    if (failure instanceof ConnectException) {
      return "nothing accepts the connection";
    }
    if (failure instanceof SSLException) {
      return "TLS failed";
    }
    return failure instanceof SocketTimeoutException ? "it does not answer" : "no response in HTTP";
  }
}
