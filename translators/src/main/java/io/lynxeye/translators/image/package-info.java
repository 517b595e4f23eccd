/** Encoded bytes, pixels, orientation, and the error for images that cannot be decoded. */
package io.lynxeye.translators.image;
