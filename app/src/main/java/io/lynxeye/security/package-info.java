/** Authentication: keys and tokens, and the files they are reloaded from. Independent of HTTP. */
package io.lynxeye.security;
