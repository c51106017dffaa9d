# cmake --install: programs, configuration, guide, manual, completions, systemd unit; cpack makes a .deb of it.
include(GNUInstallDirs)

install(TARGETS signgate RUNTIME)
if(TARGET signgate-bench)
  install(TARGETS signgate-bench RUNTIME)
endif()

install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY conf/doc/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/conf/doc)
install(FILES conf/signgate.toml conf/signgate.reference.toml DESTINATION ${CMAKE_INSTALL_DOCDIR}/conf)
install(FILES conf/man/signgate.1 conf/man/signgate-bench.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES conf/completions/signgate.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME signgate)

# The configuration of a system's own prefix is in /etc, its unit where systemd looks; of any other, below it.
install(CODE [[
  if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(SIGNGATE_CONFDIR /etc/signgate)
  else()
    set(SIGNGATE_CONFDIR ${CMAKE_INSTALL_PREFIX}/etc/signgate)
  endif()
  set(SIGNGATE_BINDIR ${CMAKE_INSTALL_PREFIX}/bin)
]])
install(CODE "set(SIGNGATE_SOURCE_DIR \"${CMAKE_SOURCE_DIR}\")\nset(SIGNGATE_BINARY_DIR \"${CMAKE_BINARY_DIR}\")")
install(CODE [[
  if(NOT EXISTS $ENV{DESTDIR}${SIGNGATE_CONFDIR}/signgate.toml)
    file(INSTALL ${SIGNGATE_SOURCE_DIR}/conf/signgate.toml DESTINATION ${SIGNGATE_CONFDIR})
  endif()
  configure_file(${SIGNGATE_SOURCE_DIR}/conf/systemd/signgate.service
                 ${SIGNGATE_BINARY_DIR}/signgate.service @ONLY)
  file(INSTALL ${SIGNGATE_BINARY_DIR}/signgate.service
       DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/systemd/system)
  if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    # Relative paths of a configuration begin at its folder.
    file(CREATE_LINK /var/log/signgate $ENV{DESTDIR}/etc/signgate/logs SYMBOLIC)
  endif()
]])

set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "the signgate developers <signgate@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "passwd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/conf/package/postinst
    ${CMAKE_SOURCE_DIR}/conf/package/prerm
    ${CMAKE_SOURCE_DIR}/conf/package/conffiles)
include(CPack)
