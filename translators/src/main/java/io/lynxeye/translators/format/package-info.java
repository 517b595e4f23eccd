/** Detects the format of an image; reads PNG, GIF, BMP and WebP. */
package io.lynxeye.translators.format;
