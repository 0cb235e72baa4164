package io.github.dingtalkinbox.service.access;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

/**
 * Spring Security, in an application context of its own that is created by the first request that needs a login:
 * neither the start of the service nor a health probe waits for it.
 *
 * <p>Safe for use by many threads.
 */
final class AccessFilter implements Filter, DisposableBean {
    private static final String CHAIN = "springSecurityFilterChain";

    private final ApplicationContext application;
    private final ServletContext servletContext;
    private final ActuatorPath actuator;
    private volatile @Nullable AnnotationConfigWebApplicationContext security;

    AccessFilter(ApplicationContext application, ServletContext servletContext, ActuatorPath actuator) {
        this.application = application;
        this.servletContext = servletContext;
        this.actuator = actuator;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isProbe((HttpServletRequest) request)) {
            chain.doFilter(request, response);
        } else if (!WellFormed.is((HttpServletRequest) request)) {
            ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_BAD_REQUEST);
        } else {
            security().getBean(CHAIN, Filter.class).doFilter(request, response, chain);
        }
    }

    /** With a password, more is shown. */
    private boolean isProbe(HttpServletRequest request) {
        return actuator.isOpen(request) && request.getHeader(HttpHeaders.AUTHORIZATION) == null;
    }

    private AnnotationConfigWebApplicationContext security() {
        AnnotationConfigWebApplicationContext made = security;
        return made == null ? make() : made;
    }

    private synchronized AnnotationConfigWebApplicationContext make() {
        AnnotationConfigWebApplicationContext made = security;
        if (made == null) {
            made = new AnnotationConfigWebApplicationContext();
            made.setParent(application);
            made.setServletContext(servletContext);
            made.setDisplayName("access");
            made.register(SecurityChains.class);
            made.refresh();
            security = made;
        }
        return made;
    }

    @Override
    public synchronized void destroy() {
        AnnotationConfigWebApplicationContext made = security;
        if (made != null) {
            made.close();
        }
    }
}
