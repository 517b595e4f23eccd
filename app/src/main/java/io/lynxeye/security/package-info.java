/**
 * Who may call: keys and tokens, where they come from, and that they follow their files. Knows
 * nothing of HTTP.
 */
package io.lynxeye.security;
