/** API keys: files, hashes, rotation. */
package io.lynxeye.security.keys;
