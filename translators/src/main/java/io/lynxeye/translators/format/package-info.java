/** Detects the format of an image; reads PNG, GIF, BMP and WebP, and names what is refused. */
package io.lynxeye.translators.format;
