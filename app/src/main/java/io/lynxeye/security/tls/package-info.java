/** TLS for every port: certificate, private key and client CA, reloaded when their files change. */
package io.lynxeye.security.tls;
