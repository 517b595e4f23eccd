package io.lynxeye.bench.load;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scoring address of a server, which takes an image as the body of a POST.
 *
 * @param url the full URL, http or https
 * @param headers further headers of each request
 */
public record Target(URI url, Map<String, String> headers) {

  public Target {
    if (url.getHost() == null || !("http".equals(url.getScheme()) || isHttps(url))) {
      throw new IllegalArgumentException(
          url + " is not a full scoring URL such as http://localhost:8080/score");
    }
    headers = Map.copyOf(headers);
  }

  public static Target of(URI url) {
    return new Target(url, Map.of());
  }

  public Target with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Target(url, more);
  }

  boolean isHttps() {
    return isHttps(url);
  }

  private static boolean isHttps(URI url) {
    return "https".equals(url.getScheme());
  }

  int port() {
    return url.getPort() >= 0 ? url.getPort() : isHttps() ? 443 : 80;
  }

  String path() {
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }
}
