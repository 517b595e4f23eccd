package io.lynxeye.importers;

import io.lynxeye.importers.keras.Preprocessing;
import io.lynxeye.importers.keras.Preprocessing.ChannelOrder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The models that can be imported by name, from the resource {@code catalogue.json}. */
public record Catalogue(List<Item> items) {
  private static final String RESOURCE = "/io/lynxeye/importers/catalogue.json";

  /** A model and where its archive comes from. */
  public record Item(CatalogueEntry entry, Origin origin) {}

  /** The catalogue of this version. */
  public static Catalogue builtIn() {
    try (InputStream resource = Catalogue.class.getResourceAsStream(RESOURCE)) {
      return parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a catalogue.
   *
   * @throws IllegalArgumentException when a key is unknown, missing or wrong
   */
  public static Catalogue parse(String json) {
    StrictJson root = StrictJson.parse(json);
    List<Item> items = root.objects("entries").stream().map(Catalogue::item).toList();
    root.requireAllRead();
    return new Catalogue(items);
  }

  /**
   * The entry of this name.
   *
   * @throws ImportException when the name is unknown
   */
  public Item find(String name) throws ImportException {
    for (Item item : items) {
      if (item.entry().name().equals(name)) {
        return item;
      }
    }
    String known =
        items.stream().map(item -> item.entry().name()).collect(Collectors.joining(", "));
    throw new ImportException(
        "The catalogue has no \""
            + name
            + "\", only "
            + known
            + ". For another model name the file or the address of its archive.");
  }

  /** The entry whose archive has this digest, wherever that archive was fetched from. */
  public Optional<Item> withDigest(String sha256) {
    return items.stream().filter(item -> item.entry().sha256().equals(sha256)).findFirst();
  }

  private static Item item(StrictJson json) {
    Origin origin = json.has("npm") ? npm(json) : new Origin.Web(URI.create(json.text("address")));
    String place = json.has("npm") ? "npm package " + json.text("npm") : json.text("address");
    CatalogueEntry entry =
        new CatalogueEntry(
            json.text("name"),
            json.text("description"),
            json.text("license"),
            place,
            json.number("bytes"),
            json.text("sha256"));
    json.requireAllRead();
    return new Item(entry, origin);
  }

  private static Origin npm(StrictJson json) {
    StrictJson layers = json.object("layers");
    StrictJson pixels = layers.object("preprocessing");
    Preprocessing preprocessing =
        new Preprocessing(
            (int) pixels.number("width"),
            (int) pixels.number("height"),
            (int) pixels.number("resizeShort"),
            pixels.floats("mean"),
            pixels.floats("std"),
            ChannelOrder.valueOf(pixels.text("channelOrder")));
    Origin.LayersPackage contents =
        new Origin.LayersPackage(
            layers.text("model"),
            layers.text("labels"),
            layers.text("license"),
            layers.number("parameters"),
            preprocessing);
    pixels.requireAllRead();
    layers.requireAllRead();
    return new Origin.Npm(json.text("npm"), json.text("integrity"), contents);
  }
}
